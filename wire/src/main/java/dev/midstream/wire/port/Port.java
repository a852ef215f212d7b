package dev.midstream.wire.port;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Leg;

/**
 * Two interfaces with a box between them. A port belongs to the thread that opened it, except for
 * {@link #wake} and {@link #counters}. What cannot be received or sent is counted, never thrown.
 */
public interface Port extends AutoCloseable {

  /**
   * Waits until frames are there, something happened to an interface, or {@link #wake} was called,
   * at most {@code nanos}; {@link Long#MAX_VALUE} is without end. It may return early.
   */
  void await(long nanos);

  /**
   * Shows the box a batch of the frames that are there and sends what came of them; does not wait.
   *
   * @return the number of frames the box was shown; 0 means that it is time to wait
   */
  int pass(Box box, long nowNanos);

  /** Lets the box do what is due, and sends what comes of it. */
  void tick(Box box, long nowNanos);

  /** Ends the present wait, or the next one. For any thread, at any time. */
  void wake();

  /** What became of the frames of one leg; for any thread. */
  LegCounters counters(Leg leg);

  /** Ends the memory of received frames, kept ones too: the box must have ended before. */
  @Override
  void close();
}
