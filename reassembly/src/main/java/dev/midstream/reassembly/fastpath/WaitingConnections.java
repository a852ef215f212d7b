package dev.midstream.reassembly.fastpath;

import dev.midstream.reassembly.flow.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The connections that are to be given away once no packet waits before the engine. */
final class WaitingConnections {
  /** Below the least timeout of an end, which what is overtaken may cost: 200 ms. */
  private static final long LONGEST_WAIT_NANOS = 100_000_000;

  private static final long LONGEST_WAIT_OF_MANY_NANOS = 10_000_000;

  /** Others are offered again at their next segment. */
  private static final int MAX_WAITING = 64;

  private final List<Connection> waiting = new ArrayList<>();
  private long sinceNanos;

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Adds {@code connection}, unless it waits already, or too many do. */
  void add(Connection connection, long nowNanos) {
    if (connection.seen().isFastWaiting() || waiting.size() >= MAX_WAITING) {
      return;
    }
    sinceNanos = waiting.isEmpty() ? nowNanos : sinceNanos;
    connection.seen().setFastWaiting(true);
    waiting.add(connection);
  }

  /** Whether the first of them has waited for so long that an empty queue is not waited for. */
  boolean isOverdue(long nowNanos) {
    long longestNanos =
        waiting.size() < MAX_WAITING ? LONGEST_WAIT_NANOS : LONGEST_WAIT_OF_MANY_NANOS;
    return !waiting.isEmpty() && nowNanos - sinceNanos >= longestNanos;
  }

  /** Removes all of them, and shows each to {@code taker}, which adds none. */
  void takeAll(Consumer<Connection> taker) {
    for (Connection connection : waiting) {
      connection.seen().setFastWaiting(false);
      taker.accept(connection);
    }
    waiting.clear();
  }

  /** Removes {@code connection}, if it waits. */
  void remove(Connection connection) {
    if (connection.seen().isFastWaiting()) {
      connection.seen().setFastWaiting(false);
      waiting.removeIf(each -> each.equals(connection));
    }
  }
}
