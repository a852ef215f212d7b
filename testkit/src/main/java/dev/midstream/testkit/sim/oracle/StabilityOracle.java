package dev.midstream.testkit.sim.oracle;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Checks the output of a box to one endpoint: every copy of an octet has the same value, and the
 * FIN always has the same position. A single octet just below that endpoint's acknowledgement may
 * be the garbage of a keep-alive.
 */
public final class StabilityOracle implements PacketObserver {
  private static final int FIRST_CAPACITY = 4_096;
  private static final long UNKNOWN = -1;

  private final Leg leg;
  private final WatchedSegment segment;
  private final WatchedSegment answer;
  private final BitSet known = new BitSet();
  private byte[] octets = new byte[FIRST_CAPACITY];
  private long fin = UNKNOWN;
  private long acknowledged;

  /** Checks the packets to the endpoint on the side {@code leg}. */
  public StabilityOracle(Leg leg, Ends ends) {
    this.leg = leg;
    segment = WatchedSegment.sentBy(leg.opposite(), ends);
    answer = WatchedSegment.sentBy(leg, ends);
  }

  @Override
  public void seen(Place place, Leg where, Packet packet, long nowNanos) {
    if (place == Place.INTO_BOX && where == leg && answer.read(packet)) {
      acknowledged = Math.max(acknowledged, answer.ack());
    }
    if (place == Place.OUT_OF_BOX && where == leg && segment.read(packet) && !isKeepAlive()) {
      checkSegment(nowNanos);
    }
  }

  private boolean isKeepAlive() {
    return segment.end() - segment.start() == 1
        && segment.start() == acknowledged - 1
        && !segment.view().isFin();
  }

  private void checkSegment(long nowNanos) {
    int payload = segment.view().payloadLength();
    for (int i = 0; i < payload; i++) {
      long at = segment.start() + i;
      if (at >= 0) {
        check((int) at, segment.view().payload(i), nowNanos);
      }
    }
    if (segment.view().isFin()) {
      require(fin == UNKNOWN || fin == segment.payloadEnd(), segment.payloadEnd(), nowNanos);
      fin = segment.payloadEnd();
    }
    require(fin == UNKNOWN || known.length() <= fin, known.length(), nowNanos);
  }

  private void check(int at, byte octet, long nowNanos) {
    if (at >= octets.length) {
      octets = Arrays.copyOf(octets, Math.max(at + 1, 2 * octets.length));
    }
    require(!known.get(at) || octets[at] == octet, at, nowNanos);
    known.set(at);
    octets[at] = octet;
  }

  private void require(boolean holds, long at, long nowNanos) {
    if (!holds) {
      throw new AssertionError(
          "octets differ from those sent before: leg="
              + leg
              + " at="
              + at
              + " fin="
              + fin
              + " nanos="
              + nowNanos);
    }
  }
}
