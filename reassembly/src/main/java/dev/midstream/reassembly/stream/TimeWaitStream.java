package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.modcmd.offset.TimestampOrder;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.wire.packet.Leg;
import org.jspecify.annotations.Nullable;

/**
 * The last numbers of one direction of an edited connection whose FINs are acknowledged: where it
 * ended in both spaces, and what was last advertised, so that neither goes back.
 *
 * <p>Essential: the initial sequence number and both ends, because the stream itself is freed.
 * Derived: timestamps and right edge, from the next segments; the rest from the handshake.
 */
public final class TimeWaitStream {
  private static final int MAX_FIELD = 65_535;
  private static final int MAX_SCALE = 14;

  private final SequenceSpace space;
  private final long orgFin;
  private final long newFin;
  private final int scale;
  private final long edits;
  private final boolean hasTimestamps;
  private final @Nullable Leg leg;
  private long rightEdge;
  private int timestampValue;
  private int timestampEcho;

  public TimeWaitStream(Stream stream) {
    space = stream.space();
    orgFin = stream.edits().fin().orgFin();
    newFin = stream.edits().fin().newFin();
    scale = stream.sender().window().scale();
    edits = stream.edits().count();
    rightEdge = stream.sender().window().edge();
    hasTimestamps = stream.headers().hasTimestamps();
    leg = stream.headers().isTemplateKnown() ? stream.headers().template().leg() : null;
    timestampValue = stream.headers().timestampValue();
    timestampEcho = stream.headers().timestampEcho();
  }

  private TimeWaitStream(StateReader in, int knownSequence) {
    space = new SequenceSpace(knownSequence + in.int32());
    orgFin = in.position();
    newFin = in.positionNear(orgFin);
    scale = in.count(MAX_SCALE);
    edits = in.position();
    rightEdge = in.position();
    int flags = in.count(7);
    hasTimestamps = (flags & 1) != 0;
    leg = (flags & 2) == 0 ? null : (flags & 4) == 0 ? Leg.INSIDE : Leg.OUTSIDE;
    if (hasTimestamps) {
      timestampValue = in.int32();
      timestampEcho = in.int32();
    }
  }

  /** Reads what {@link #write} wrote. */
  public static TimeWaitStream read(StateReader in, int knownSequence) {
    return new TimeWaitStream(in, knownSequence);
  }

  /**
   * Writes all numbers. Those that are as expected are written as 0.
   *
   * @param knownSequence the initial sequence number that the handshake has, or 0
   */
  public void write(StateWriter out, int knownSequence) {
    out.int32(space.initialSequence() - knownSequence);
    out.number(orgFin);
    out.signed(newFin - orgFin);
    out.number(scale);
    out.number(edits);
    out.number(rightEdge);
    out.flags(hasTimestamps, leg != null, leg == Leg.OUTSIDE);
    if (hasTimestamps) {
      out.int32(timestampValue);
      out.int32(timestampEcho);
    }
  }

  /** Number of octets that the sender sent. */
  public long orgOctets() {
    return orgFin;
  }

  /** Number of octets that the receiver got. */
  public long newOctets() {
    return newFin;
  }

  /** The leg on which the sender's segments arrived, or null. */
  public @Nullable Leg leg() {
    return leg;
  }

  /** Whether sender and receiver count the octets differently. */
  public boolean isShifted() {
    return newFin != orgFin;
  }

  /** Edits that the agent decided. */
  public long edits() {
    return edits;
  }

  /** The original position of a sequence number of the sender. */
  public long orgPosition(int sequence) {
    return space.offsetOf(sequence, orgFin);
  }

  /** The sender's next position, after its FIN, in original space. */
  public long orgNext() {
    return orgFin + 1;
  }

  /** The FIN's sequence number as the receiver knows it, or with {@code next} the one after. */
  public int newSequence(boolean next) {
    return space.sequenceOf(next ? newFin + 1 : newFin);
  }

  /** Whether the receiver acknowledges everything. An earlier acknowledgement is out of date. */
  public boolean isAcknowledgedBy(int acknowledgement) {
    return acknowledgement == newSequence(true);
  }

  /** The acknowledgement of everything, in the sender's numbers. */
  public int acknowledgement() {
    return space.sequenceOf(orgNext());
  }

  /** The window field to advertise in place of {@code field}: the right edge never goes back. */
  public int advertiseWindow(int field) {
    long offered = orgNext() + ((long) field << scale);
    if (offered >= rightEdge) {
      rightEdge = offered;
      return field;
    }
    return (int) Math.min(MAX_FIELD, Math.ceilDiv(rightEdge - orgNext(), 1L << scale));
  }

  /** Takes the timestamps of a segment of the sender if they are the newest. */
  public void updateTimestamps(int value, int echo) {
    boolean older =
        value == timestampValue
            ? TimestampOrder.isBefore(echo, timestampEcho)
            : TimestampOrder.isBefore(value, timestampValue);
    if (!hasTimestamps || !older) {
      timestampValue = value;
      timestampEcho = echo;
    }
  }

  /** The newest timestamp of the sender. */
  public int timestampValue() {
    return timestampValue;
  }

  /** The echo that came with it. */
  public int timestampEcho() {
    return timestampEcho;
  }
}
