package dev.midstream.wire.packet;

/**
 * A middlebox: packets and time in, packets and deadlines out. It reads no clock and does no I/O.
 * Not thread-safe: one worker owns a box.
 */
public interface Box {

  /**
   * Processes one packet. The packets that the box emits go to {@code out} during the call.
   *
   * @param packet valid during the call; the box may rewrite its header fields
   * @param nowNanos the time, never less than in the previous call
   */
  Disposition onPacket(Packet packet, long nowNanos, PacketOutput out);

  /**
   * Runs the timers that are due at {@code nowNanos}; called when {@link #nextDeadlineNanos} has
   * passed.
   */
  void onTimer(long nowNanos, PacketOutput out);

  /** When {@link #onTimer} must be called next; {@link Long#MAX_VALUE} if no timer is set. */
  long nextDeadlineNanos();
}
