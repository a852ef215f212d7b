package dev.midstream.worlds.scenario;

import dev.midstream.agent.Direction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A naive table of what agents expect: a list, the oldest first. */
final class ExpectedPorts {
  private static final int MAX = 1_024;
  private static final long LIFE_NANOS = 60_000_000_000L;

  private final List<Expected> all = new ArrayList<>();

  private record Expected(int client, Direction opener, int port, long endNanos) {}

  /** Adds one. If the table is full, the client that expects most loses its oldest one. */
  void add(int client, Direction opener, int port, long nowNanos) {
    all.removeIf(each -> each.endNanos <= nowNanos);
    if (all.size() == MAX) {
      Map<Integer, Long> counts =
          all.stream().collect(Collectors.groupingBy(Expected::client, Collectors.counting()));
      long most = Collections.max(counts.values());
      Predicate<Expected> greedy = each -> Objects.equals(counts.get(each.client), most);
      all.remove(all.stream().filter(greedy).findFirst().orElseThrow());
    }
    all.add(new Expected(client, opener, port, nowNanos + LIFE_NANOS));
  }

  /** Whether a connection that opens now is expected; it then is no more. */
  boolean take(int client, Direction opener, int port, long nowNanos) {
    for (int i = all.size() - 1; i >= 0; i--) {
      Expected each = all.get(i);
      boolean same = each.client == client && each.opener == opener && each.port == port;
      if (same && each.endNanos > nowNanos) {
        all.remove(i);
        return true;
      }
    }
    return false;
  }
}
