package dev.midstream.testkit.sim.event;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The clock of a simulated network and all that is still to happen in it. What is due at one moment
 * happens in the order it was asked for. Not thread-safe; allocates only to grow.
 */
public final class EventQueue {
  /* A binary heap in three arrays; the order of asking breaks ties, so a run repeats exactly. */
  private static final int FIRST_ROOM = 256;

  private long[] times = new long[FIRST_ROOM];
  private long[] orders = new long[FIRST_ROOM];
  private @Nullable Occurrence[] occurrences = new @Nullable Occurrence[FIRST_ROOM];
  private int size;
  private long asked;
  private long nowNanos;

  /** The time of what happens or happened last. */
  public long nowNanos() {
    return nowNanos;
  }

  /** When something happens next; {@link Long#MAX_VALUE} if nothing will. */
  public long nextNanos() {
    return size == 0 ? Long.MAX_VALUE : times[0];
  }

  /** Lets {@code occurrence} happen at {@code timeNanos}; at once if that is past. */
  public void at(long timeNanos, Occurrence occurrence) {
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
    put(at, time, order, occurrence);
  }

  /** Lets the next one happen and moves the clock to it; false if there is none. */
  public boolean runNext() {
    if (size == 0) {
      return false;
    }
    nowNanos = times[0];
    Occurrence first = Objects.requireNonNull(occurrences[0]);
    removeFirst();
    first.occur(nowNanos);
    return true;
  }

  /** Moves the clock to {@code timeNanos}, if that is ahead and nothing is due before it. */
  public void advanceTo(long timeNanos) {
    if (timeNanos < nextNanos()) {
      nowNanos = Math.max(nowNanos, timeNanos);
    }
  }

  private void removeFirst() {
    int last = --size;
    long time = times[last];
    long order = orders[last];
    Occurrence occurrence = Objects.requireNonNull(occurrences[last]);
    occurrences[last] = null;
    if (last > 0) {
      sink(time, order, occurrence);
    }
  }

  private void sink(long time, long order, Occurrence occurrence) {
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
    put(at, time, order, occurrence);
  }

  private boolean isBefore(long time, long order, int other) {
    return time < times[other] || (time == times[other] && order < orders[other]);
  }

  private void move(int from, int to) {
    times[to] = times[from];
    orders[to] = orders[from];
    occurrences[to] = occurrences[from];
  }

  private void put(int at, long time, long order, Occurrence occurrence) {
    times[at] = time;
    orders[at] = order;
    occurrences[at] = occurrence;
  }

  private void grow() {
    times = Arrays.copyOf(times, 2 * size);
    orders = Arrays.copyOf(orders, 2 * size);
    occurrences = Arrays.copyOf(occurrences, 2 * size);
  }
}
