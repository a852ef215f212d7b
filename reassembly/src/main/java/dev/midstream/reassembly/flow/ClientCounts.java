package dev.midstream.reassembly.flow;

import dev.midstream.reassembly.flow.ExpectedConnection.Client;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** How many expectations each client has. Part of an {@link ExpectationTable}. */
final class ClientCounts {
  private final Map<Client, Integer> counts = new HashMap<>();

  void add(ExpectedConnection expected) {
    counts.merge(expected.client(), 1, Integer::sum);
  }

  void remove(ExpectedConnection expected) {
    counts.computeIfPresent(expected.client(), (_, count) -> count == 1 ? null : count - 1);
  }

  /** The first of {@code all} whose expectation is one of the clients that have most. */
  <T> T firstOfMost(Collection<T> all, Function<T, ExpectedConnection> expected) {
    int most = Collections.max(counts.values());
    for (T one : all) {
      if (counts.getOrDefault(expected.apply(one).client(), 0) == most) {
        return one;
      }
    }
    throw new IllegalStateException("no client expects so many: count=" + most);
  }

  void clear() {
    counts.clear();
  }
}
