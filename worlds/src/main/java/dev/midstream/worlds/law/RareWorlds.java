package dev.midstream.worlds.law;

import dev.midstream.worlds.plan.Hardship;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/** Finds a world of each kind, however rare, so that a short run has one. */
final class RareWorlds {
  private static final int MOST_WORLDS = 1_000_000;
  private static final int LONG_STREAM_BYTES = 1 << 25;

  private final LongFunction<SimulatedWorld> worlds;

  /** Searches in {@code worlds}, by their seeds. */
  RareWorlds(LongFunction<SimulatedWorld> worlds) {
    this.worlds = worlds;
  }

  /** The first seed at or above {@code first} of each kind that occurs in a million worlds. */
  List<Long> from(long first) {
    List<Predicate<SimulatedWorld>> missing = new ArrayList<>(kinds());
    List<Long> seeds = new ArrayList<>();
    for (long seed = first; seed < first + MOST_WORLDS && !missing.isEmpty(); seed++) {
      SimulatedWorld world = worlds.apply(seed);
      if (missing.removeIf(kind -> kind.test(world))) {
        seeds.add(seed);
      }
    }
    return seeds;
  }

  /** Each hardship, and a stream of more than 32 MB. */
  private static List<Predicate<SimulatedWorld>> kinds() {
    List<Predicate<SimulatedWorld>> kinds = new ArrayList<>();
    for (Hardship each : Hardship.values()) {
      kinds.add(world -> !each.removedFrom(world).equals(world));
    }
    kinds.add(
        world -> Math.max(world.client().bytes(), world.server().bytes()) > LONG_STREAM_BYTES);
    return kinds;
  }
}
