package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.offset.TimestampOrder;

/**
 * TS.Recent of one direction, as its receiver keeps it against wrapped sequence numbers (RFC 7323
 * section 4.3): the time stamp of the segment that last started at or below what was acknowledged.
 */
public final class TsRecent {
  private boolean known;
  private int recent;

  /** Whether a segment with {@code value} is older than what the receiver has taken. */
  public boolean isOld(int value) {
    return known && TimestampOrder.isBefore(value, recent);
  }

  /**
   * What a segment echoes that the engine makes in the receiver's name: TS.Recent of the receiver
   * as far as it has told, which is {@code told}, or of the engine as far as it stands in for it,
   * whichever is newer; never that of octets behind what is shown.
   */
  public int echo(int told) {
    return known && TimestampOrder.isBefore(told, recent) ? recent : told;
  }

  /** A segment with {@code value}, not an old one, starts at or below what was acknowledged. */
  public void take(int value) {
    known = true;
    recent = value;
  }
}
