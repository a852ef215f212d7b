package dev.midstream.worlds.scenario;

import dev.midstream.agent.Expectation;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.rule.ExpectationLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A naive table of what agents expect: a list, the oldest first. */
final class ExpectedPorts {
  private final ExpectationLimits limits;
  private final List<Expected> all = new ArrayList<>();

  private record Expected(
      int client, int control, Expectation expectation, long endNanos, int left) {
    boolean isOf(int otherControl, Expectation other) {
      return control == otherControl && isAt(other);
    }

    boolean isAt(Expectation other) {
      return expectation.opener() == other.opener() && expectation.to().equals(other.to());
    }

    Expected afterOne() {
      return new Expected(client, control, expectation, endNanos, left - 1);
    }
  }

  ExpectedPorts(ExpectationLimits limits) {
    this.limits = limits;
  }

  /**
   * Adds one. If its control connection has too many, that loses its oldest one. If the table is
   * full, the client that expects most loses its oldest one.
   */
  void add(int client, int control, Expectation expectation, long nowNanos) {
    all.removeIf(each -> each.endNanos <= nowNanos);
    if (!all.removeIf(each -> each.isOf(control, expectation))) {
      long own = all.stream().filter(each -> each.control == control).count();
      if (own == limits.perConnection()) {
        removeFirst(each -> each.control == control);
      } else if (all.size() == limits.total()) {
        Map<Integer, Long> counts =
            all.stream().collect(Collectors.groupingBy(Expected::client, Collectors.counting()));
        long most = Collections.max(counts.values());
        removeFirst(each -> Objects.equals(counts.get(each.client), most));
      }
    }
    long endNanos = nowNanos + limits.nanos();
    all.add(new Expected(client, control, expectation, endNanos, expectation.connections()));
  }

  private void removeFirst(Predicate<Expected> chosen) {
    all.remove(all.stream().filter(chosen).findFirst().orElseThrow());
  }

  /** What is expected now: to go back there if that is lost. */
  Runnable memento() {
    List<Expected> then = List.copyOf(all);
    return () -> {
      all.clear();
      all.addAll(then);
    };
  }

  /** Removes what a control connection has withdrawn. */
  void withdraw(int control, Expectation expectation) {
    all.removeIf(each -> each.isOf(control, expectation));
  }

  /** Removes all that a control connection expects, which is over. */
  void endOf(int control) {
    all.removeIf(each -> each.control == control);
  }

  /** The context of a connection that opens now, if a client's agents expect it; or null. */
  @Nullable Octets take(int client, Expectation opened, long nowNanos) {
    for (int i = all.size() - 1; i >= 0; i--) {
      Expected each = all.get(i);
      if (each.client == client && each.isAt(opened) && each.endNanos > nowNanos) {
        all.set(i, each.afterOne());
        all.removeIf(one -> one.left == 0);
        return each.expectation.context();
      }
    }
    return null;
  }
}
