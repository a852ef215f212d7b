package dev.midstream.bench.port;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Counts octets that other threads send or receive, and measures their rate. */
final class Throughput {
  private final LongAdder octets = new LongAdder();

  void add(int count) {
    octets.add(count);
  }

  /** Waits until {@code endNanos}; returns Gbit/s without the first second. */
  double gigabitsUntil(long endNanos) throws InterruptedException {
    Thread.sleep(Duration.ofNanos(Load.WARM_UP_NANOS)); // the others work meanwhile
    long before = octets.sum();
    long beganNanos = System.nanoTime();
    Thread.sleep(Duration.ofNanos(endNanos - beganNanos)); // the measured time
    return (octets.sum() - before) * 8.0 / (System.nanoTime() - beganNanos);
  }

  /** The line of figures: the rate, and all octets. */
  String line(double gigabits) {
    return Load.line(2, gigabits) + " " + octets.sum();
  }
}
