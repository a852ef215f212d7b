package dev.midstream.testkit.sim.time;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The clock of a simulated network and its future events. Events with the same time run in the
 * order in which they were added. Not thread-safe; allocates only while it grows.
 */
public final class EventQueue {
  /* A binary heap in three arrays. The order of addition breaks ties, so a run repeats exactly. */
  private static final int FIRST_ROOM = 256;

  private long[] times = new long[FIRST_ROOM];
  private long[] orders = new long[FIRST_ROOM];
  private @Nullable Event[] pending = new @Nullable Event[FIRST_ROOM];
  private int size;
  private long asked;
  private long nowNanos;

  /** The time of the last event. */
  public long nowNanos() {
    return nowNanos;
  }

  /** The time of the next event; {@link Long#MAX_VALUE} if there is none. */
  public long nextNanos() {
    return size == 0 ? Long.MAX_VALUE : times[0];
  }

  /** Adds {@code event} at {@code timeNanos}, or now if that is past. */
  public void at(long timeNanos, Event event) {
    if (size == times.length) {
      grow();
    }
    int at = size++;
    long time = Math.max(timeNanos, nowNanos);
    long order = asked++;
    while (at > 0 && isBefore(time, order, (at - 1) >>> 1)) {
      move((at - 1) >>> 1, at);
      at = (at - 1) >>> 1;
    }
    put(at, time, order, event);
  }

  /** Runs the next event and advances the clock to it; false if there is none. */
  public boolean runNext() {
    if (size == 0) {
      return false;
    }
    nowNanos = times[0];
    Event first = Objects.requireNonNull(pending[0]);
    removeFirst();
    first.happen(nowNanos);
    return true;
  }

  /** Advances the clock to {@code timeNanos}, unless an event is due before it. */
  public void advanceTo(long timeNanos) {
    if (timeNanos < nextNanos()) {
      nowNanos = Math.max(nowNanos, timeNanos);
    }
  }

  private void removeFirst() {
    int last = --size;
    long time = times[last];
    long order = orders[last];
    Event event = Objects.requireNonNull(pending[last]);
    pending[last] = null;
    if (last > 0) {
      sink(time, order, event);
    }
  }

  private void sink(long time, long order, Event event) {
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && isBefore(times[child + 1], orders[child + 1], child)) {
        child++;
      }
      if (isBefore(time, order, child)) {
        break;
      }
      move(child, at);
      at = child;
    }
    put(at, time, order, event);
  }

  private boolean isBefore(long time, long order, int other) {
    return time < times[other] || (time == times[other] && order < orders[other]);
  }

  private void move(int from, int to) {
    times[to] = times[from];
    orders[to] = orders[from];
    pending[to] = pending[from];
  }

  private void put(int at, long time, long order, Event event) {
    times[at] = time;
    orders[at] = order;
    pending[at] = event;
  }

  private void grow() {
    times = Arrays.copyOf(times, 2 * size);
    orders = Arrays.copyOf(orders, 2 * size);
    pending = Arrays.copyOf(pending, 2 * size);
  }
}
