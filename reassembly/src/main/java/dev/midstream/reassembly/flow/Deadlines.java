package dev.midstream.reassembly.flow;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * When each connection wants attention next. A deadline is brought forward at once and put off only
 * when it comes up, so that packets of a steady connection cost nothing here.
 */
public final class Deadlines {
  /*
   * A binary heap by due time; each connection knows its place in it. New connections mostly have the
   * latest deadline of their kind and stay where they are put.
   */
  private @Nullable Connection[] heap = new Connection[64];
  private int size;

  /** Wants attention for {@code connection} at {@code dueNanos} at the latest. */
  public void bringForward(Connection connection, long dueNanos) {
    if (connection.duePlace() < 0) {
      if (dueNanos != Long.MAX_VALUE) {
        add(connection, dueNanos);
      }
    } else if (dueNanos < connection.dueNanos()) {
      connection.due(dueNanos);
      siftUp(connection.duePlace(), connection);
    }
  }

  /** When the first one is due; {@link Long#MAX_VALUE} if nothing waits. */
  public long nextNanos() {
    Connection first = heap[0];
    return size == 0 || first == null ? Long.MAX_VALUE : first.dueNanos();
  }

  /** Takes out the first connection that is due at {@code nowNanos}; null if there is none. */
  public @Nullable Connection poll(long nowNanos) {
    Connection first = heap[0];
    if (size == 0 || first == null || first.dueNanos() > nowNanos) {
      return null;
    }
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
      siftDown(place, last);
      if (last.duePlace() == place) {
        siftUp(place, last);
      }
    }
  }

  private void add(Connection connection, long dueNanos) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    connection.due(dueNanos);
    siftUp(size++, connection);
  }

  private void siftUp(int from, Connection connection) {
    int place = from;
    while (place > 0) {
      Connection parent = at((place - 1) / 2);
      if (parent.dueNanos() <= connection.dueNanos()) {
        break;
      }
      put(place, parent);
      place = (place - 1) / 2;
    }
    put(place, connection);
  }

  private void siftDown(int from, Connection connection) {
    int place = from;
    for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && at(child + 1).dueNanos() < at(child).dueNanos()) {
        child++;
      }
      if (at(child).dueNanos() >= connection.dueNanos()) {
        break;
      }
      put(place, at(child));
      place = child;
    }
    put(place, connection);
  }

  private void put(int place, Connection connection) {
    heap[place] = connection;
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
