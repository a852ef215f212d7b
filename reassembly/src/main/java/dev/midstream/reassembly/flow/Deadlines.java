package dev.midstream.reassembly.flow;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The next deadline of each connection. A deadline is brought forward at once and put off only when
 * it expires, so the packets of an active connection cost nothing here. Each connection stores its
 * place.
 */
public final class Deadlines extends DueHeap {
  private @Nullable Connection[][] items = {};

  /** Sets the deadline of {@code connection} to {@code dueNanos}, if that is earlier. */
  public void bringForward(Connection connection, long dueNanos) {
    int place = connection.duePlace();
    if (place != NO_PLACE) {
      if (dueNanos < dueNanosAt(place)) {
        update(place, dueNanos);
      }
    } else if (dueNanos != Long.MAX_VALUE) {
      int added = add(dueNanos);
      put(added, connection);
      lift(added);
    }
  }

  /** Removes and returns the first connection due at {@code nowNanos}; null if there is none. */
  public @Nullable Connection poll(long nowNanos) {
    if (!isDue(nowNanos)) {
      return null;
    }
    Connection first = at(FIRST);
    removeAt(FIRST);
    return first;
  }

  public void remove(Connection connection) {
    if (connection.duePlace() != NO_PLACE) {
      removeAt(connection.duePlace());
    }
  }

  /** Forgets all deadlines. None of the connections may be used any more. */
  public void clear() {
    clearDue();
    items = new Connection[0][];
  }

  @Override
  protected void swap(int place, int other) {
    Connection moved = at(place);
    put(place, at(other));
    put(other, moved);
  }

  @Override
  protected void drop(int place) {
    at(place).setDuePlace(NO_PLACE);
    items[place / PAGE_PLACES][place % PAGE_PLACES] = null;
  }

  @Override
  protected void addPage(int page) {
    if (page == items.length) {
      items = Arrays.copyOf(items, Math.max(1, 2 * page));
    }
    items[page] = new Connection[PAGE_PLACES];
  }

  @Override
  protected void dropPage(int page) {
    items[page] = new Connection[0];
  }

  private void put(int place, Connection connection) {
    items[place / PAGE_PLACES][place % PAGE_PLACES] = connection;
    connection.setDuePlace(place);
  }

  private Connection at(int place) {
    @Nullable Connection connection = items[place / PAGE_PLACES][place % PAGE_PLACES];
    return Objects.requireNonNull(connection, "deadline heap has a hole");
  }
}
