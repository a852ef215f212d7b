package dev.midstream.wire.port;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Leg;
import java.util.function.BooleanSupplier;

/**
 * Two interfaces with a box between them. A port belongs to the thread that opened it, until
 * another one calls {@link #abandon}, except for {@link #wake} and {@link #counters}. Frames that
 * cannot be received or sent are counted; they never cause an exception.
 */
public interface Port extends AutoCloseable {

  /**
   * Waits until frames are available, an interface has changed, or {@link #wake} was called, for at
   * most {@code nanos}; {@link Long#MAX_VALUE} waits indefinitely. May return early.
   */
  void await(long nanos);

  /**
   * Passes a batch of available frames to the box and transmits the result. Does not wait.
   *
   * @param nowNanos the time of these frames; those that are received later may have a later one
   * @return the number of frames passed to the box; 0 means that it is time to wait
   */
  int pass(Box box, long nowNanos);

  /**
   * Ends a {@link #pass} or {@link #tick} whose thread does not come back from the box: transmits
   * what the box has emitted, and drops the frames that it was not passed. The port then belongs to
   * the calling thread.
   */
  void abandon();

  /** Drops and counts all frames that wait, if this kind of port can. */
  default void discard() {
    // they are passed later
  }

  /**
   * Receives only frames that {@code filter} accepts from now on, on both legs. The filter of a leg
   * is replaced in one step: each frame is judged by the old one or by the new one. Frames that are
   * waiting already still come, so the box must expect some that the new filter does not accept.
   * May be called on any thread, one at a time; a port that is closed ignores it.
   *
   * <p>If ports of two nodes receive the same frames, a bucket must be taken from one of them
   * before the other one gets it: while both have it, each forwards what the other one has sent, in
   * a circle.
   *
   * @throws PortException if the kernel refuses the filter, or this kind of port has none; one leg
   *     may have the new filter then, so the port must not be used any more
   */
  default void setFilter(FilterProgram filter) throws PortException {
    throw new PortException("this kind of port has no filter");
  }

  /**
   * Asks {@code maySend} before each batch of frames is sent, and drops and counts the batch if
   * that says no: so what was decided before a pause does not leave after it. A port that writes
   * each frame at once, as those of the kind {@code tun} do, does not ask.
   *
   * @param maySend called on the port's thread, often; must not throw
   */
  default void setFence(BooleanSupplier maySend) {
    // whatever the box emits is sent
  }

  /** Runs the timers of the box and transmits the result. */
  void tick(Box box, long nowNanos);

  /** Ends the current wait, or the next one. For any thread, at any time. */
  void wake();

  /** The counters of one leg; for any thread. */
  LegCounters counters(Leg leg);

  /**
   * Frees the memory of received frames, retained ones too: the box must not be used afterwards.
   */
  @Override
  void close();
}
