package dev.midstream.bench.storm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Durations, of which one line says how long they were. */
final class Durations {
  private static final double MILLION = 1e6;

  private final List<Long> all = new ArrayList<>();

  synchronized void add(long nanos) {
    all.add(nanos);
  }

  synchronized String summary() {
    List<Long> sorted = all.stream().sorted().toList();
    return String.format(
        Locale.ROOT,
        "%,d, ms: median %.3f, 99 %% %.3f, 99.9 %% %.3f, longest %.3f, sum %,.0f",
        sorted.size(),
        millis(sorted, 0.5),
        millis(sorted, 0.99),
        millis(sorted, 0.999),
        millis(sorted, 1),
        sorted.stream().mapToLong(nanos -> nanos).sum() / MILLION);
  }

  private static double millis(List<Long> sorted, double part) {
    return sorted.isEmpty() ? 0 : sorted.get((int) (part * (sorted.size() - 1))) / MILLION;
  }
}
