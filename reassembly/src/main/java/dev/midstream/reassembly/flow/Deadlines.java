package dev.midstream.reassembly.flow;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The next deadline of each connection. A deadline is brought forward at once and put off only when
 * it expires, so the packets of an active connection cost nothing here.
 */
public final class Deadlines {
  /*
   * A binary heap ordered by due time, with the times in a parallel array. Each connection stores
   * its place in the heap. A new connection usually has the latest deadline and is not moved.
   */
  private static final int INITIAL_PLACES = 64;

  private @Nullable Connection[] heap = new Connection[INITIAL_PLACES];
  private long[] due = new long[INITIAL_PLACES];
  private int size;

  /** Sets the deadline of {@code connection} to {@code dueNanos}, if that is earlier. */
  public void bringForward(Connection connection, long dueNanos) {
    int place = connection.duePlace();
    if (place < 0) {
      if (dueNanos != Long.MAX_VALUE) {
        add(connection, dueNanos);
      }
    } else if (dueNanos < due[place]) {
      siftUp(place, connection, dueNanos);
    }
  }

  /** The earliest deadline; {@link Long#MAX_VALUE} if there is none. */
  public long nextNanos() {
    return size == 0 ? Long.MAX_VALUE : due[0];
  }

  /** Removes and returns the first connection due at {@code nowNanos}; null if there is none. */
  public @Nullable Connection poll(long nowNanos) {
    if (nextNanos() > nowNanos || size == 0) {
      return null;
    }
    Connection first = at(0);
    remove(first);
    return first;
  }

  public void remove(Connection connection) {
    int place = connection.duePlace();
    if (place < 0) {
      return;
    }
    connection.setDuePlace(-1);
    Connection last = at(--size);
    heap[size] = null;
    if (last != connection) {
      siftDown(place, last, due[size]);
      if (last.duePlace() == place) {
        siftUp(place, last, due[size]);
      }
    }
  }

  /** Forgets all deadlines. None of the connections may be used any more. */
  public void clear() {
    heap = new Connection[INITIAL_PLACES];
    due = new long[INITIAL_PLACES];
    size = 0;
  }

  private void add(Connection connection, long dueNanos) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
      due = Arrays.copyOf(due, 2 * size);
    }
    siftUp(size++, connection, dueNanos);
  }

  private void siftUp(int from, Connection connection, long dueNanos) {
    int place = from;
    while (place > 0) {
      int parent = (place - 1) / 2;
      if (due[parent] <= dueNanos) {
        break;
      }
      put(place, at(parent), due[parent]);
      place = parent;
    }
    put(place, connection, dueNanos);
  }

  private void siftDown(int from, Connection connection, long dueNanos) {
    int place = from;
    for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && due[child + 1] < due[child]) {
        child++;
      }
      if (due[child] >= dueNanos) {
        break;
      }
      put(place, at(child), due[child]);
      place = child;
    }
    put(place, connection, dueNanos);
  }

  private void put(int place, Connection connection, long dueNanos) {
    heap[place] = connection;
    due[place] = dueNanos;
    connection.setDuePlace(place);
  }

  private Connection at(int place) {
    return Objects.requireNonNull(heap[place], "deadline heap has a hole");
  }
}
