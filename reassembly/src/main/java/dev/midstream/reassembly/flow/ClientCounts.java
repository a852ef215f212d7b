package dev.midstream.reassembly.flow;

import dev.midstream.reassembly.flow.ExpectedConnection.Client;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** How many expectations each client has. Part of an {@link ExpectationTable}. */
final class ClientCounts {
  private final Map<Client, Integer> counts = new HashMap<>();

  void add(ExpectedConnection expected) {
    counts.merge(expected.client(), 1, Integer::sum);
  }

  void remove(ExpectedConnection expected) {
    counts.computeIfPresent(expected.client(), (_, count) -> count == 1 ? null : count - 1);
  }

  /** The oldest expectation of the clients that have most; {@code all} has the oldest first. */
  WaitingExpectation oldestOfMost(Collection<WaitingExpectation> all) {
    int most = Collections.max(counts.values());
    for (WaitingExpectation one : all) {
      if (counts.getOrDefault(one.expected.client(), 0) == most) {
        return one;
      }
    }
    throw new IllegalStateException("no client expects so many: count=" + most);
  }

  void clear() {
    counts.clear();
  }
}
