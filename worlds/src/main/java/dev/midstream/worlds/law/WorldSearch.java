package dev.midstream.worlds.law;

import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.worlds.plan.Hardship;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldDraw;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs many worlds and keeps, for each law, the first one that breaks it.
 *
 * <p>{@code -Dmidstream.worlds=N} runs N worlds from {@code -Dmidstream.seed=S} on; {@code
 * -Dmidstream.law-minutes=M} runs worlds for M minutes; {@code -Dmidstream.world=law1:SEED} runs
 * one world again. With {@code -Dmidstream.seed=fresh} no earlier run had the seeds.
 */
public final class WorldSearch {
  private static final int BATCH = 2_000;

  private final Set<Hardship> without;
  private final Map<Law, Found> found = new EnumMap<>(Law.class);
  private final AtomicLong worlds = new AtomicLong();
  private final AtomicLong takeovers = new AtomicLong();
  private final AtomicLong handOvers = new AtomicLong();
  private final AtomicLong moves = new AtomicLong();
  private final AtomicLong parked = new AtomicLong();
  private final DeathStates deaths = new DeathStates();
  private final ResetCounts resets = new ResetCounts();

  /**
   * Worlds that break a law.
   *
   * @param seed the lowest seed found
   * @param count how many worlds break the law
   * @param broken what the world of {@code seed} broke
   */
  public record Found(long seed, int count, LawBroken broken) {
    private Found and(Found other) {
      Found lowest = seed <= other.seed ? this : other;
      return new Found(lowest.seed, count + other.count, lowest.broken);
    }
  }

  /** A search in worlds without {@code without}. */
  public WorldSearch(Set<Hardship> without) {
    this.without = without;
  }

  /** Searches by the system properties, by default in {@code worlds} worlds. */
  public WorldSearch run(long worlds) {
    String replayed = System.getProperty("midstream.world");
    long minutes = Long.getLong("midstream.law-minutes", 0);
    long seed = SeededRounds.firstSeed();
    if (replayed != null) {
      replay(replayed);
      return this;
    }
    System.out.println("worlds from seed=" + seed + " on");
    runRare(seed);
    if (minutes > 0) {
      runFor(seed, TimeUnit.MINUTES.toNanos(minutes));
    } else {
      runAll(seed, seed + Long.getLong("midstream.worlds", worlds));
    }
    tellHowToRepeat(seed);
    return this;
  }

  /** Runs a world of each kind first, also of those that a short run would not meet. */
  private void runRare(long firstSeed) {
    if (without.isEmpty() && System.getProperty("midstream.worlds") == null) {
      new RareWorlds(this::world).from(firstSeed).stream().parallel().forEach(this::check);
    }
  }

  /** Prints the seeds of a run that is over, and the properties that run the same worlds again. */
  private void tellHowToRepeat(long firstSeed) {
    System.out.printf(
        Locale.ROOT,
        "%1$,d worlds, seeds %2$d to %3$d; again: "
            + "-Dmidstream.law-minutes=0 -Dmidstream.seed=%2$d -Dmidstream.worlds=%4$d%n",
        worlds(),
        firstSeed,
        firstSeed + worlds() - 1,
        worlds());
    System.out.printf(
        Locale.ROOT,
        "%,d engines died, %,d handed over, %,d moves, %,d worlds with a parked connection%n",
        takeovers.get() - handOvers.get(),
        handOvers.get(),
        moves.get(),
        parked.get());
    System.out.println("engines died in: " + deaths);
    System.out.println(resets);
  }

  private void replay(String line) {
    String[] parts = line.split(":", -1);
    Law law = Law.ofCode(parts[0]);
    runWorld(Long.parseLong(parts[1]));
    if (!found.containsKey(law)) {
      System.out.println("not broken: " + law);
    }
  }

  private void runFor(long firstSeed, long nanos) {
    long begin = System.nanoTime();
    long reportedMinutes = 0;
    for (long seed = firstSeed; System.nanoTime() - begin < nanos; seed += BATCH) {
      runAll(seed, seed + BATCH);
      long minutes = TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - begin);
      if (minutes > reportedMinutes) {
        reportedMinutes = minutes;
        report(minutes);
      }
    }
  }

  private synchronized void report(long minutes) {
    String broken =
        found.isEmpty()
            ? "all laws held"
            : found.entrySet().stream()
                .map(each -> each.getKey().code() + " broken by " + each.getValue().count())
                .collect(Collectors.joining(", "));
    System.out.printf(Locale.ROOT, "%d min, %,d worlds: %s%n", minutes, worlds(), broken);
  }

  private void runAll(long from, long to) {
    LongStream.range(from, to).parallel().forEach(this::runWorld);
  }

  private void runWorld(long seed) {
    worlds.incrementAndGet();
    check(seed);
  }

  private void check(long seed) {
    LawBroken broken = Shrinker.broken(world(seed), this::count);
    if (broken != null) {
      record(new Found(seed, 1, broken));
    }
  }

  private void count(WorldRun run) {
    takeovers.addAndGet(run.takeovers());
    handOvers.addAndGet(run.handOvers());
    moves.addAndGet(run.moves());
    parked.addAndGet(run.hasParked() ? 1 : 0);
    synchronized (deaths) {
      deaths.add(run.deathStates());
      resets.add(run);
    }
  }

  /** Reports each broken law at once: a run of hours may be cut off. */
  private synchronized void record(Found one) {
    Law law = one.broken().law();
    System.out.println("broken: -Dmidstream.world=" + law.code() + ":" + one.seed());
    if (!found.containsKey(law)) {
      System.out.println(one.broken().getMessage() + "\n" + world(one.seed()));
    }
    found.merge(law, one, Found::and);
  }

  /** The number of worlds run. */
  public long worlds() {
    return worlds.get();
  }

  /** The world of {@code seed} without the hardships that are left out. */
  public SimulatedWorld world(long seed) {
    return WorldDraw.withCuts(seed).without(without);
  }

  /** The worlds that break {@code law}; null without any. */
  public @Nullable Found found(Law law) {
    return found.get(law);
  }
}
