package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.random.SeededRounds;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Transfers through clusters under random schedules. {@code -Dmidstream.seed=S
 * -Dmidstream.worlds=N} runs N worlds from seed S on, {@code -Dmidstream.committing=interval} runs
 * them in one mode; one world again with {@code -Dmidstream.worlds=1 -Dmidstream.trace=true} prints
 * every input, effect and message.
 */
@Tag("worlds")
class EngineWorldsTest {
  private static final long WORLDS = 25;

  /** How many workers a node has at most; every second cluster has one at each node. */
  private static final int MOST_WORKERS = 3;

  private static final String ONLY = System.getProperty("midstream.committing", "");

  @Test
  @DisplayName(
      "H-18 C-70 HDP-17 HDP-18 HSI-2 HSI-4 HSI-5 HSI-9 LD-14 PDP-1 PDP-7 law 9 no transfer breaks,"
          + " whatever happens to nodes, as long as a complete replica is left")
  void noTransferBreaks() {
    for (CommitMode mode : modes(CommitMode.STRICT, CommitMode.BEFORE_ACK)) {
      run(mode);
    }
  }

  @Test
  @DisplayName(
      "C-71 HDP-18 if nothing waits for records, no stream is wrong, and each loss is counted")
  void countsLosses() {
    for (CommitMode mode : modes(CommitMode.ON_CHANGE, CommitMode.INTERVAL)) {
      run(mode);
    }
  }

  /** A change of what is drawn for clusters makes others of these; then they are to be replaced. */
  @ParameterizedTest
  @CsvSource({
    "STRICT, 5000001", // what was passed on left at the sender, in a shared segment
    "STRICT, 5000172",
    "BEFORE_ACK, 5000078",
    "BEFORE_ACK, 5000160"
  })
  @DisplayName("HDP-17 HDP-18 no transfer breaks in clusters where one broke once")
  void breaksNoMore(CommitMode mode, long seed) {
    EngineWorld world = world(seed, mode, 1, Breadth.USUAL);
    assertThat(world.transfers()).anyMatch(each -> !each.isLost);
  }

  /** A change of what is drawn for clusters makes others of these, too. */
  @ParameterizedTest
  @CsvSource({
    "STRICT, 86", // an owner sent for the node with which they stayed after its bucket had moved on
    "INTERVAL, 13",
    "BEFORE_ACK, 5" // an engine that had given its connections away went on
  })
  @DisplayName("PDP-1 HDP-17 no connection that stays breaks in clusters where one broke once")
  void breaksNoMoreWhereOneStays(CommitMode mode, long seed) {
    EngineWorld world = world(seed, mode, MOST_WORKERS, Breadth.STAYING);
    assertThat(world.transfers()).anyMatch(each -> !each.isLost);
  }

  /** {@code modes}; of them the one that is named, if one is. */
  private static List<CommitMode> modes(CommitMode... modes) {
    return Stream.of(modes).filter(each -> ONLY.isEmpty() || name(each).equals(ONLY)).toList();
  }

  private static String name(CommitMode mode) {
    return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Runs worlds in {@code mode}. */
  private static void run(CommitMode mode) {
    String name = name(mode);
    long first = SeededRounds.firstSeed();
    long worlds = Long.getLong("midstream.worlds", WORLDS);
    Counts counts = new Counts();
    LongStream.range(first, first + worlds)
        .parallel()
        .forEach(seed -> counts.add(world(seed, mode, MOST_WORKERS, Breadth.FURTHER)));
    System.out.printf(
        Locale.ROOT,
        "%s: %,d clusters, %s; again: %s%n",
        name,
        worlds,
        counts,
        again(first, worlds, name));
    assertThat(counts.opened.get()).isGreaterThan(8 * worlds);
    assertThat(counts.stayed.get()).isGreaterThanOrEqualTo(worlds / 20);
    assertThat(counts.strikes.get()).isGreaterThanOrEqualTo(worlds / 20);
    assertThat(counts.movedOn.get()).isGreaterThanOrEqualTo(worlds / 20);
    assertThat(counts.lost.get())
        .isLessThanOrEqualTo(counts.transfers.get() / 4 + EngineWorld.MOST_TRANSFERS);
    assertThat(counts.left.get()).isGreaterThanOrEqualTo(worlds / 10);
    assertThat(counts.compared.get()).isGreaterThanOrEqualTo(100 * worlds);
  }

  /** What happened in all clusters. */
  private static final class Counts {
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong transfers = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong losses = new AtomicLong();
    private final AtomicLong stayed = new AtomicLong();
    private final AtomicLong strikes = new AtomicLong();
    private final AtomicLong movedOn = new AtomicLong();
    private final AtomicLong left = new AtomicLong();
    private final AtomicLong compared = new AtomicLong();

    void add(EngineWorld world) {
      steps.addAndGet(world.story().cluster.steps());
      opened.addAndGet(world.story().cluster.opened());
      transfers.addAndGet(world.transfers().size());
      lost.addAndGet(world.transfers().stream().filter(each -> each.isLost).count());
      losses.addAndGet(world.losses());
      stayed.addAndGet(world.transfers().stream().filter(each -> each.hasStayed).count());
      strikes.addAndGet(world.strikes());
      movedOn.addAndGet(world.movedOn());
      left.addAndGet(world.left());
      compared.addAndGet(world.compared());
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,d steps, %,d buckets opened, %,d transfers, %,d of them lost with all replicas, %,d"
              + " with lost records, %,d stayed with a node, %,d faults between steps, %,d while a"
              + " bucket moved on, %,d nodes drained, %,d packets compared with replicas",
          steps.get(),
          opened.get(),
          transfers.get(),
          lost.get(),
          losses.get(),
          stayed.get(),
          strikes.get(),
          movedOn.get(),
          left.get(),
          compared.get());
    }
  }

  private static EngineWorld world(long seed, CommitMode mode, int mostWorkers, Breadth breadth) {
    try {
      return new EngineWorld(seed, mode, mostWorkers, breadth).run();
    } catch (RuntimeException | AssertionError e) {
      String again = again(seed, 1, name(mode));
      throw new AssertionError("replay with " + again + ": " + e.getMessage(), e);
    }
  }

  private static String again(long first, long worlds, String name) {
    return "-Dmidstream.seed="
        + first
        + (" -Dmidstream.worlds=" + worlds)
        + (" -Dmidstream.committing=" + name);
  }
}
