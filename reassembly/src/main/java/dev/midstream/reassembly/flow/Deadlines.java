package dev.midstream.reassembly.flow;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * When each connection wants attention next. A deadline is brought forward at once and put off only
 * when it comes up, so that packets of a steady connection cost nothing here.
 */
public final class Deadlines {
  /*
   * A binary heap by due time, which stands beside each connection; a connection knows its place in
   * it. New connections mostly have the latest deadline of their kind and stay where they are put.
   */
  private @Nullable Connection[] heap = new Connection[64];
  private long[] due = new long[64];
  private int size;

  /** Wants attention for {@code connection} at {@code dueNanos} at the latest. */
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

  /** When the first one is due; {@link Long#MAX_VALUE} if nothing waits. */
  public long nextNanos() {
    return size == 0 ? Long.MAX_VALUE : due[0];
  }

  /** Takes out the first connection that is due at {@code nowNanos}; null if there is none. */
  public @Nullable Connection poll(long nowNanos) {
    if (nextNanos() > nowNanos || size == 0) {
      return null;
    }
    Connection first = at(0);
    remove(first);
    return first;
  }

  /** Forgets a connection. */
  public void remove(Connection connection) {
    int place = connection.duePlace();
    if (place < 0) {
      return;
    }
    connection.duePlace(-1);
    Connection last = at(--size);
    heap[size] = null;
    if (last != connection) {
      siftDown(place, last, due[size]);
      if (last.duePlace() == place) {
        siftUp(place, last, due[size]);
      }
    }
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
    connection.duePlace(place);
  }

  private Connection at(int place) {
    Connection connection = heap[place];
    if (connection == null) {
      throw new IllegalStateException("deadline heap has a hole at place=" + place);
    }
    return connection;
  }
}
