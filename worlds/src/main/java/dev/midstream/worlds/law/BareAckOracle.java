package dev.midstream.worlds.law;

import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import java.util.Arrays;

/**
 * Checks that acknowledgements without octets cause no others without end (law 11, ACK-5). An
 * acknowledgement that says nothing new to one endpoint needs a cause: a segment of this endpoint
 * with octets, SYN or FIN, or a probe; or one of the other endpoint, or a timer, in the same call.
 */
final class BareAckOracle implements BoxObserver {
  /** As many causes may wait for their acknowledgement. */
  private static final int MOST_WAITING = 256;

  private static final int ACKNOWLEDGEMENT_AT = 8;
  private static final int CHECKSUM_AT = 16;

  private final Leg leg;
  private byte[] last = new byte[0];
  private long arrivedEnd = Long.MIN_VALUE;
  private int causes;
  private boolean causedByOther;
  private boolean takesOver;
  private boolean anyLeft;

  /** Checks what the endpoint on the side {@code leg} receives. */
  BareAckOracle(Leg leg) {
    this.leg = leg;
  }

  @Override
  public void begins(long nowNanos) {
    causedByOther = true;
    takesOver &= !anyLeft;
    anyLeft = false;
  }

  /**
   * Another engine does not know what the one before it said last. In its first call it may process
   * all that has waited for it.
   */
  @Override
  public void dies(Death death, long nowNanos) {
    last = new byte[0];
    handedOver();
  }

  /** So may one that got the connection by a hand-over. */
  @Override
  public void handedOver() {
    takesOver = true;
    anyLeft = false;
  }

  @Override
  public void arrives(Leg from, WatchedSegment segment, long nowNanos) {
    if (from != leg) {
      return;
    }
    causedByOther = false;
    boolean occupies = segment.end() > segment.start() || segment.view().isSyn();
    if (occupies || segment.start() < arrivedEnd) {
      causes = Math.min(MOST_WAITING, causes + 1);
    }
    arrivedEnd = Math.max(arrivedEnd, segment.end());
  }

  @Override
  public void leaves(Leg to, WatchedSegment segment, long nowNanos) {
    if (to != leg || segment.view().isRst()) {
      return;
    }
    anyLeft = true;
    byte[] said = said(segment.view().tcpHeader());
    boolean bare = segment.end() == segment.start() && !segment.view().isSyn();
    if (bare && Arrays.equals(said, last)) {
      require(takesOver || causedByOther || causes > 0, segment, nowNanos);
      causes -= causedByOther ? 0 : 1;
      causedByOther = false;
    }
    last = said;
  }

  /** Acknowledgement, flags, window and options. */
  private static byte[] said(byte[] header) {
    Arrays.fill(header, CHECKSUM_AT, CHECKSUM_AT + 2, (byte) 0);
    return Arrays.copyOfRange(header, ACKNOWLEDGEMENT_AT, header.length);
  }

  private void require(boolean holds, WatchedSegment segment, long nowNanos) {
    LawBroken.unless(
        holds,
        Law.PROGRESS,
        () ->
            "an acknowledgement without a cause: leg=%s start=%d ack=%d nanos=%d"
                .formatted(leg, segment.start(), segment.ack(), nowNanos));
  }
}
