package dev.midstream.bench.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Times, such as how long streams stood still. */
final class Gaps {
  private static final double MILLION = 1e6;

  private final List<Long> all = new ArrayList<>();

  void add(Collection<Long> nanos) {
    all.addAll(nanos);
  }

  /** The median in milliseconds, 0 if there is none. */
  double medianMillis() {
    Collections.sort(all);
    return all.isEmpty() ? 0 : millis(0.5);
  }

  /** The longest in milliseconds, 0 if there is none. */
  double longestMillis() {
    return all.isEmpty() ? 0 : Collections.max(all) / MILLION;
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
