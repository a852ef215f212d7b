package dev.midstream.worlds.crowd;

import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.plan.CrowdWorld;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.Simplification;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Simplifies a crowd that breaks a law, as long as it still breaks the same law. */
public final class CrowdShrinker {
  private static final List<Simplification> ALL = Simplification.all();
  private static final int MAX_RUNS = 2_000;

  private final Law law;
  private CrowdWorld world;
  private int runs;

  public CrowdShrinker(Law law, CrowdWorld world) {
    this.law = law;
    this.world = world;
  }

  /** Simplifies until no simplification is left. */
  public CrowdWorld run() {
    CrowdWorld before = null;
    while (!world.equals(before) && runs < MAX_RUNS) {
      before = world;
      for (int i = world.members().size() - 1; i >= 0; i--) {
        tryWorld(world.without(i));
      }
      for (int i = world.neighbours().size() - 1; i >= 0; i--) {
        tryWorld(world.withoutNeighbour(i));
      }
      tryWorld(world.withEngine(EnginePlan.PLAIN));
      tryWorld(world.withEngine(world.engine().withMoves(0)));
      if (world.engine().moveOneIn() > 0) {
        tryWorld(world.withEngine(world.engine().withMoves(1))); // then none is by chance
      }
      for (int i = 0; i < world.members().size(); i++) {
        simplify(i);
      }
    }
    return world;
  }

  private void simplify(int member) {
    for (Simplification each : ALL) {
      SimulatedWorld own = world.members().get(member).world();
      SimulatedWorld simpler = each.apply(own);
      boolean sameEnds = simpler.ends().equals(own.ends());
      if (sameEnds && !simpler.equals(own)) {
        tryWorld(world.with(member, simpler));
      }
    }
  }

  private void tryWorld(CrowdWorld simpler) {
    if (runs >= MAX_RUNS || simpler.members().isEmpty() || simpler.equals(world)) {
      return;
    }
    runs++;
    LawBroken broken = broken(simpler);
    if (broken != null && broken.law() == law) {
      world = simpler;
    }
  }

  /** The law that {@code world} breaks; null if it keeps all. */
  public static @Nullable LawBroken broken(CrowdWorld world) {
    return broken(world, _ -> {});
  }

  /** The same, and {@code seen} gets the run if all laws are kept. */
  public static @Nullable LawBroken broken(CrowdWorld world, Consumer<CrowdRun> seen) {
    try {
      CrowdRun run = new CrowdRun(world);
      run.run();
      seen.accept(run);
      return null;
    } catch (LawBroken e) {
      return e;
    } catch (RuntimeException e) {
      return new LawBroken(Law.EXPLAINED, "the world throws " + e, e);
    }
  }
}
