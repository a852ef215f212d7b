package dev.midstream.wire.packet;

/**
 * Something that packets pass through: bytes and time in, packets and deadlines out. It reads no
 * clock and does no I/O. Not thread-safe: one worker owns a box.
 */
public interface Box {

  /**
   * Takes one packet. What the box makes of it goes to {@code out} during the call.
   *
   * @param packet valid during the call; the box may rewrite its header fields
   * @param nowNanos the time, never less than at the call before
   */
  Disposition onPacket(Packet packet, long nowNanos, PacketOutput out);

  /** Does what is due at {@code nowNanos}; call it when {@link #nextDeadlineNanos} has come. */
  void onTimer(long nowNanos, PacketOutput out);

  /** When {@link #onTimer} is next wanted; {@link Long#MAX_VALUE} if nothing waits. */
  long nextDeadlineNanos();
}
