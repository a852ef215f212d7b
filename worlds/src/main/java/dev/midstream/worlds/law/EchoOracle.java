package dev.midstream.worlds.law;

import dev.midstream.testkit.segment.OptionsReader;
import dev.midstream.testkit.segment.SequenceNumbers;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;

/**
 * Checks the timestamp echoes that one endpoint receives (law 4): none is older than the echo in
 * the newest segment of the other endpoint, and none is newer than what this endpoint has sent.
 * Segments outside the window of their sender do not count: a receiver does not process them.
 */
final class EchoOracle implements BoxObserver {
  private final Leg leg;
  private final Windows windows;
  private final SegmentTimes own = new SegmentTimes();
  private final SegmentTimes other = new SegmentTimes();
  private long acknowledged;
  private boolean takesOver;
  private boolean anyLeft;

  /** The timestamps of the newest segment of an endpoint. */
  private static final class SegmentTimes {
    private boolean known;
    private int value;
    private int echo;

    void note(OptionsReader options) {
      if (!known || !isOlder(options.timestampValue(), options.timestampEcho())) {
        known = true;
        value = options.timestampValue();
        echo = options.timestampEcho();
      }
    }

    /** Of segments with the same timestamp the one with the newest echo is the newest. */
    private boolean isOlder(int otherValue, int otherEcho) {
      return otherValue == value
          ? SequenceNumbers.isOlder(otherEcho, echo)
          : SequenceNumbers.isOlder(otherValue, value);
    }
  }

  /** Checks what the endpoint on the side {@code leg} receives. */
  EchoOracle(Leg leg, Windows windows) {
    this.leg = leg;
    this.windows = windows;
  }

  @Override
  public void begins(long nowNanos) {
    takesOver &= !anyLeft;
    anyLeft = false;
  }

  @Override
  public void arrives(Leg from, WatchedSegment segment, long nowNanos) {
    if (!segment.options().hasTimestamps()) {
      return;
    }
    if (from == leg) {
      own.note(segment.options());
    } else if (isAcknowledging(segment) && isInWindow(from, segment)) {
      other.note(segment.options());
    }
  }

  @Override
  public void leaves(Leg to, WatchedSegment segment, long nowNanos) {
    anyLeft = true;
    if (to != leg && segment.view().isAck()) {
      acknowledged = Math.max(acknowledged, segment.ack());
    }
    if (to == leg && segment.options().hasTimestamps() && isAcknowledging(segment)) {
      check(segment.options().timestampEcho(), nowNanos);
    }
  }

  /**
   * Another box knows an older echo until the other endpoint sends a segment. The call of that
   * segment may be the one that takes over: what it sends before is older.
   */
  @Override
  public void dies(Death death, long nowNanos) {
    other.known = false;
    takesOver = true;
  }

  @Override
  public void joins() {
    other.known = false;
  }

  /** So may the call in which another box goes on that was handed the connection. */
  @Override
  public void handedOver() {
    takesOver = true;
    anyLeft = false;
  }

  private void check(int echo, long nowNanos) {
    boolean sent = own.known && !SequenceNumbers.isOlder(own.value, echo);
    boolean fresh = takesOver || !other.known || !SequenceNumbers.isOlder(echo, other.echo);
    if (!sent || !fresh) {
      throw new LawBroken(
          Law.MONOTONY,
          "timestamp echo %s: leg=%s echo=%d sent=%d echoed=%d nanos=%d"
              .formatted(
                  sent ? "goes back" : "was never sent",
                  leg,
                  echo,
                  own.value,
                  other.echo,
                  nowNanos));
    }
  }

  private boolean isInWindow(Leg from, WatchedSegment segment) {
    return segment.end() >= acknowledged - 1 && segment.start() <= windows.promisedTo(from) + 1;
  }

  private static boolean isAcknowledging(WatchedSegment segment) {
    return segment.view().isAck() && !segment.view().isRst() && !segment.view().isSyn();
  }
}
