package dev.midstream.bench.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** How long streams stood still. */
final class Gaps {
  private static final double MILLION = 1e6;

  private final List<Long> all = new ArrayList<>();

  /** Adds the gaps that are longer than {@code leastNanos}; returns how many those are. */
  int addLonger(List<Long> gaps, long leastNanos) {
    List<Long> longer = gaps.stream().filter(each -> each > leastNanos).toList();
    all.addAll(longer);
    return longer.size();
  }

  /** One line. */
  String summary() {
    Collections.sort(all);
    return all.isEmpty()
        ? "none"
        : String.format(
            Locale.ROOT,
            "%d, ms: median %.1f, 90 %% %.1f, longest %.1f",
            all.size(),
            millis(0.5),
            millis(0.9),
            millis(1));
  }

  private double millis(double part) {
    return all.get((int) (part * (all.size() - 1))) / MILLION;
  }
}
