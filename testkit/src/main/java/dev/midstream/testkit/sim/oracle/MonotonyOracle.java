package dev.midstream.testkit.sim.oracle;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.segment.SequenceNumbers;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Checks that the acknowledgement, the right edge and the timestamp value of the segments to one
 * endpoint never go back. It is for the output of a box; on a faulty wire packets overtake each
 * other. A box may forward a SYN late and unchanged, and its window is not scaled, so only the
 * acknowledgement of a SYN is checked. So it is of a segment that asks whether a SYN-ACK has
 * arrived: it lies before it, and its window does not count (RFC 9293 section 3.10.7.4).
 */
public final class MonotonyOracle implements PacketObserver {
  /** After so long without a newer timestamp the clock of its end may have wrapped. */
  private static final long OUTDATED_NANOS = 2_147_000_000_000L;

  /** A timestamp that a box estimates is behind by so much, and by this part of the silence. */
  private static final long BEHIND_NANOS = 100_000_000L;

  private static final long BEHIND_PART = 4_096;

  private final Place place;
  private final Leg leg;
  private final WatchedSegment segment;
  private final WatchedSegment other;
  private int scale;
  private boolean scales;
  private boolean otherScales;
  private long ack = -1;
  private long edge = -1;
  private int timestamp;
  private boolean anyTimestamp;
  private boolean timestampForgotten;
  private long timestampNanos;
  private long behindNanos;

  /** When each timestamp of the sender arrived: another box may show an outdated one. */
  private final Map<Integer, Long> arrivedNanos = new HashMap<>();

  private long lastArrivedNanos;

  private BooleanSupplier overtaken = () -> false;
  private boolean countsUnits;
  private long keptAck = -1;
  private int keptTimestamp;
  private boolean timestampKept;
  private long keptNanos;

  /** Checks the packets to the endpoint on the side {@code leg}, seen at {@code place}. */
  public MonotonyOracle(Place place, Leg leg, Ends ends) {
    this.place = place;
    this.leg = leg;
    segment = WatchedSegment.sentBy(leg.opposite(), ends);
    other = WatchedSegment.sentBy(leg, ends);
  }

  /** Packets may go back while {@code isPassed} says so: a bridge forwards those that come late. */
  public void overtakenWhile(BooleanSupplier isPassed) {
    overtaken = isPassed;
  }

  /** The box does not know the scale of windows: their edge counts in units of the field. */
  public MonotonyOracle countingUnits() {
    countsUnits = true;
    return this;
  }

  /** Keeps the numbers as they are now. */
  public void keep() {
    keptAck = ack;
    keptTimestamp = timestamp;
    timestampKept = anyTimestamp;
    keptNanos = timestampNanos;
  }

  /**
   * Another box takes the place of this one, and knows the numbers that were kept, or higher ones.
   * The right edge is not among them.
   */
  public void resume() {
    ack = keptAck;
    edge = -1;
    timestamp = keptTimestamp;
    anyTimestamp = timestampKept;
    timestampNanos = keptNanos;
  }

  /** Another box takes the place of this one, and does not know its numbers. */
  public void forget() {
    ack = -1;
    edge = -1;
    anyTimestamp = false;
    timestampForgotten = true;
  }

  @Override
  public void seen(Place where, Leg wire, Packet packet, long nowNanos) {
    if (where == place && wire == leg && segment.read(packet)) {
      check(nowNanos);
    } else if (other.read(packet) && other.view().isSyn()) {
      otherScales = other.view().options().windowScale() >= 0;
    } else if (where == Place.INTO_BOX
        && segment.read(packet)
        && segment.view().options().hasTimestamps()) {
      arrivedNanos.put(segment.view().options().timestampValue(), nowNanos);
      lastArrivedNanos = nowNanos;
    }
  }

  private void check(long nowNanos) {
    if (segment.view().isSyn()) {
      scales = segment.view().options().windowScale() >= 0;
      scale = Math.max(0, segment.view().options().windowScale());
    }
    if (segment.view().isRst()) {
      return;
    }
    if (segment.view().options().hasTimestamps() && !segment.view().isSyn() && !isVoid()) {
      checkTimestamp(segment.view().options().timestampValue(), nowNanos);
    }
    if (segment.view().isAck()) {
      boolean isPlain = segment.view().isSyn() || !scales || !otherScales || countsUnits;
      int shift = isPlain ? 0 : scale;
      long rightEdge = segment.ack() + ((long) segment.view().windowField() << shift);
      require(segment.ack() >= ack, "acknowledgement", ack, segment.ack(), nowNanos);
      // The window of a SYN is not scaled, so a late SYN may have a lower right edge. A window may
      // close although less than a unit of its field is left (RFC 7323 section 2.4).
      boolean closes = segment.view().windowField() == 0 && edge - rightEdge < 1L << shift;
      boolean holds = isVoid() || segment.view().isSyn() || closes || rightEdge >= edge;
      require(holds, "right edge", edge, rightEdge, nowNanos);
      ack = Math.max(ack, segment.ack());
      edge = Math.max(edge, rightEdge);
    }
  }

  /**
   * Whether the segment lies before its SYN: no receiver takes its window, or its timestamp, which
   * is that of the SYN-ACK in whose place it left (RFC 7323 section 4.3).
   */
  private boolean isVoid() {
    return segment.end() < -1;
  }

  private void checkTimestamp(int value, long nowNanos) {
    boolean outdated = nowNanos - timestampNanos > OUTDATED_NANOS - behindNanos;
    boolean back = anyTimestamp && !outdated && SequenceNumbers.isOlder(value, timestamp);
    require(!back, "timestamp", timestamp, value, nowNanos);
    if (back) {
      return;
    }
    timestampNanos = timestampForgotten ? arrivedNanos.getOrDefault(value, nowNanos) : nowNanos;
    timestamp = value;
    behindNanos = behindNanos(value, nowNanos);
    anyTimestamp = true;
    timestampForgotten = false;
  }

  /** By how much {@code value} is behind its clock: only one that a box estimated is. */
  private long behindNanos(int value, long nowNanos) {
    return arrivedNanos.containsKey(value)
        ? 0
        : BEHIND_NANOS + (nowNanos - lastArrivedNanos) / BEHIND_PART;
  }

  private void require(boolean holds, String what, long before, long after, long nowNanos) {
    if (!holds && !overtaken.getAsBoolean()) {
      throw new AssertionError(
          what
              + " goes back: leg="
              + leg
              + " before="
              + before
              + " after="
              + after
              + " nanos="
              + nowNanos);
    }
  }
}
