package dev.midstream.testkit.random;

import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Runs random schedules, each drawn from its seed, and collects the seeds of those that break.
 *
 * <p>{@code -Dmidstream.seed=S -Dmidstream.worlds=N} runs N of them from seed S on; {@code
 * -Dmidstream.minutes=M} runs them for M minutes.
 */
public final class ScheduleSearch {
  private static final int BATCH = 100;
  private static final int MOST_NAMED = 20;

  private final String options;
  private final long firstSeed;
  private final SortedMap<Long, Throwable> broken = new TreeMap<>();
  private long count;
  private boolean wide;

  /**
   * A search from the first seed on.
   *
   * @param options what a replay needs beside the seed: empty, or {@code -Dname=value}
   */
  public ScheduleSearch(String options) {
    this(options, SeededRounds.firstSeed());
  }

  ScheduleSearch(String options, long firstSeed) {
    this.options = options.isEmpty() ? "" : " " + options;
    this.firstSeed = firstSeed;
  }

  /**
   * Runs as many schedules as the properties say, by default {@code usual}, in parallel.
   *
   * @param schedule runs the schedule of a seed; called by several threads
   */
  public ScheduleSearch run(long usual, LongConsumer schedule) {
    long minutes = Long.getLong("midstream.minutes", 0);
    if (minutes > 0) {
      runFor(TimeUnit.MINUTES.toNanos(minutes), schedule);
    } else {
      runSeeds(Long.getLong("midstream.worlds", usual), schedule);
    }
    wide = count >= usual;
    return this;
  }

  /** Runs schedules for a time, and at least one batch. */
  void runFor(long nanos, LongConsumer schedule) {
    long begin = System.nanoTime();
    long told = 0;
    do {
      runSeeds(BATCH, schedule);
      long minutes = TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - begin);
      if (minutes > told) {
        told = minutes;
        System.out.println(minutes + " min: " + this);
      }
    } while (System.nanoTime() - begin < nanos);
  }

  void runSeeds(long more, LongConsumer schedule) {
    long end = firstSeed + count + more;
    AtomicLong next = new AtomicLong(firstSeed + count);
    IntStream.range(0, Runtime.getRuntime().availableProcessors())
        .parallel()
        .forEach(_ -> takeSeeds(next, end, schedule));
    count += more;
  }

  /** One seed after the other: of schedules that take longer or shorter none is waited for long. */
  private void takeSeeds(AtomicLong next, long end, LongConsumer schedule) {
    for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
      runSeed(seed, schedule);
    }
  }

  private void runSeed(long seed, LongConsumer schedule) {
    try {
      schedule.accept(seed);
    } catch (RuntimeException | AssertionError e) {
      note(seed, e);
    }
  }

  /** Tells of each seed at once: a run of hours may be cut off. */
  private synchronized void note(long seed, Throwable failure) {
    broken.put(seed, failure);
    System.out.println("broken: " + again(seed, 1) + ": " + failure.getMessage());
  }

  private String again(long seed, long worlds) {
    return "-Dmidstream.seed=" + seed + " -Dmidstream.worlds=" + worlds + options;
  }

  /** How many schedules were run, also those that broke. */
  public long count() {
    return count;
  }

  /** Whether there were as many as usual, so that each may have met what is rare. */
  public boolean isWide() {
    return wide;
  }

  /** Fails if a schedule broke. */
  public void requireUnbroken() {
    if (broken.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder(this + "\n");
    broken.entrySet().stream()
        .limit(MOST_NAMED)
        .forEach(each ->
            text.append("replay with ")
                .append(again(each.getKey(), 1))
                .append(": ")
                .append(each.getValue().getMessage())
                .append('\n'));
    throw new AssertionError(text.toString(), broken.get(broken.firstKey()));
  }

  @Override
  public synchronized String toString() {
    return String.format(
        Locale.ROOT,
        "%,d schedules, %,d broken; again: %s",
        count,
        broken.size(),
        again(firstSeed, count));
  }
}
