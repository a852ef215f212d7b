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
   * Whether it pays to call {@link #prefetch} for the packets of a batch now. Asked once for a
   * batch.
   */
  default boolean isPrefetching() {
    return false;
  }

  /**
   * Reads what {@link #onPacket} will read for a packet, so that it lies in the processor's caches
   * then: the reads of a batch wait for memory together. Nothing else shows that it was called. It
   * may be called for packets that are never passed.
   *
   * @param packet valid during the call; it must not be changed
   */
  default void prefetch(Packet packet) {}

  /**
   * Runs the timers that are due at {@code nowNanos}; called when {@link #nextDeadlineNanos} has
   * passed.
   */
  void onTimer(long nowNanos, PacketOutput out);

  /** When {@link #onTimer} must be called next; {@link Long#MAX_VALUE} if no timer is set. */
  long nextDeadlineNanos();
}
