package dev.midstream.worlds.law;

import dev.midstream.worlds.plan.Simplification;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Simplifies a world that breaks a law, as long as it still breaks the same law. */
public final class Shrinker {
  private static final List<Simplification> ALL = Simplification.all();
  private static final int MAX_RUNS = 600;

  private final Law law;
  private final Set<SimulatedWorld> tried = new HashSet<>();
  private SimulatedWorld world;
  private int runs;

  public Shrinker(Law law, SimulatedWorld world) {
    this.law = law;
    this.world = world;
    tried.add(world);
  }

  /** Simplifies until no simplification is left. */
  public Shrinker run() {
    boolean again = true;
    while (again && runs < MAX_RUNS) {
      again = false;
      for (int i = 0; i < ALL.size() && runs < MAX_RUNS; i++) {
        again |= tryStep(i);
      }
    }
    return this;
  }

  private boolean tryStep(int step) {
    SimulatedWorld simpler = ALL.get(step).apply(world);
    if (!tried.add(simpler)) {
      return false;
    }
    runs++;
    LawBroken broken = broken(simpler);
    if (broken == null || broken.law() != law) {
      return false;
    }
    world = simpler;
    return true;
  }

  /** The law that {@code world} breaks; null if it keeps all. */
  public static @Nullable LawBroken broken(SimulatedWorld world) {
    return broken(world, run -> {});
  }

  /** As {@link #broken(SimulatedWorld)}; {@code kept} gets the run of a world that keeps all. */
  static @Nullable LawBroken broken(SimulatedWorld world, Consumer<WorldRun> kept) {
    try {
      WorldRun run = new WorldRun(world);
      run.run();
      kept.accept(run);
      return null;
    } catch (LawBroken e) {
      return e;
    } catch (RuntimeException e) {
      return new LawBroken(Law.EXPLAINED, "the world throws " + e, e);
    }
  }

  /** The simplest world found. */
  public SimulatedWorld world() {
    return world;
  }
}
