package dev.midstream.gateway.cluster;

import java.util.concurrent.atomic.LongAdder;

/** How long something took, each time: counts by upper bounds, for operators. Thread-safe. */
final class Durations {
  private static final long[] BOUNDS_MICROS = {
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000
  };
  private static final double MICROS_PER_SECOND = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final long NANOS_PER_MICRO = 1_000;

  private final LongAdder[] counts = new LongAdder[BOUNDS_MICROS.length + 1];
  private final LongAdder nanos = new LongAdder();

  /** Nothing yet. */
  Durations() {
    for (int each = 0; each < counts.length; each++) {
      counts[each] = new LongAdder();
    }
  }

  /** The upper bounds in seconds; what took longer is counted after the last one. */
  static double[] boundsSeconds() {
    double[] bounds = new double[BOUNDS_MICROS.length];
    for (int each = 0; each < bounds.length; each++) {
      bounds[each] = BOUNDS_MICROS[each] / MICROS_PER_SECOND;
    }
    return bounds;
  }

  /** Adds one that took {@code tookNanos}. */
  void add(long tookNanos) {
    int place = 0;
    while (place < BOUNDS_MICROS.length && tookNanos > BOUNDS_MICROS[place] * NANOS_PER_MICRO) {
      place++;
    }
    counts[place].increment();
    nanos.add(tookNanos);
  }

  /** How many took up to each bound and longer than the one before, and longer than the last. */
  long[] counts() {
    long[] now = new long[counts.length];
    for (int each = 0; each < now.length; each++) {
      now[each] = counts[each].sum();
    }
    return now;
  }

  /** What all of them took together. */
  double sumSeconds() {
    return nanos.sum() / NANOS_PER_SECOND;
  }
}
