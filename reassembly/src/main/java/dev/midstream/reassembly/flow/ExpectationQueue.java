package dev.midstream.reassembly.flow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Expectations, the first one to end first, and those of each connection that announced some. Part
 * of an {@link ExpectationTable}.
 */
final class ExpectationQueue {
  private final LinkedHashSet<WaitingExpectation> all = new LinkedHashSet<>(0);

  /** The same by the connection that announced them. */
  private final Map<ConnectionKey, Deque<WaitingExpectation>> byParent =
      new TreeMap<>(ConnectionKey.BY_ENDS);

  private final ClientCounts counts = new ClientCounts();

  boolean isEmpty() {
    return all.isEmpty();
  }

  int size() {
    return all.size();
  }

  /** A copy of them. */
  List<WaitingExpectation> all() {
    return List.copyOf(all);
  }

  /** The one that ends first. */
  WaitingExpectation first() {
    return all.getFirst();
  }

  /** When that ends; {@link Long#MAX_VALUE} if there is none. */
  long nextEndNanos() {
    return all.isEmpty() ? Long.MAX_VALUE : all.getFirst().endNanos;
  }

  /** The oldest one of the clients that have most. */
  WaitingExpectation oldestOfMost() {
    return counts.firstOfMost(all, each -> each.expected);
  }

  /** A copy of what a connection expects, the oldest first. */
  List<WaitingExpectation> ofParent(ConnectionKey parent) {
    Deque<WaitingExpectation> same = byParent.get(parent);
    return same == null ? List.of() : List.copyOf(same);
  }

  /** The expectation with the same parent, opener and end. */
  @Nullable WaitingExpectation ofPlace(ExpectedConnection expected) {
    Deque<WaitingExpectation> same = byParent.get(expected.parent());
    if (same != null) {
      for (WaitingExpectation one : same) {
        if (one.expected.isSamePlace(expected)) {
          return one;
        }
      }
    }
    return null;
  }

  /** Adds an expectation after those that end no later. Inherited ones may end before others. */
  void add(WaitingExpectation added) {
    boolean isLast = all.isEmpty() || all.getLast().endNanos <= added.endNanos;
    all.add(added);
    if (!isLast) {
      List<WaitingExpectation> sorted = new ArrayList<>(all);
      sorted.sort(Comparator.comparingLong(each -> each.endNanos));
      all.clear();
      all.addAll(sorted);
    }
    byParent.computeIfAbsent(added.expected.parent(), _ -> new ArrayDeque<>(1)).addLast(added);
    counts.add(added.expected);
  }

  void remove(WaitingExpectation one) {
    all.remove(one);
    byParent.computeIfPresent(
        one.expected.parent(), (_, same) -> same.remove(one) && same.isEmpty() ? null : same);
    counts.remove(one.expected);
  }

  void clear() {
    all.clear();
    byParent.clear();
    counts.clear();
  }
}
