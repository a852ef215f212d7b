package dev.midstream.worlds.law;

import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.oracle.PacketRecorder;
import dev.midstream.worlds.law.WorldSearch.Found;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.stream.Collectors;

/** Describes the simplest world that breaks a law, with its packets. */
final class LawReport {
  private static final int MAX_TRACE_LINES = 200;
  private static final int MAX_LINE_LETTERS = 170;

  private LawReport() {}

  /** The failure of a test whose {@code search} found broken worlds, even if none breaks again. */
  static AssertionError failureOf(Found found, WorldSearch search) {
    LawBroken first = found.broken();
    SimulatedWorld world = new Shrinker(first.law(), search.world(found.seed())).run().world();
    LawBroken again = Shrinker.broken(world);
    String what =
        again == null ? "not broken when run again: " + first.getMessage() : again.getMessage();
    String text =
        """
        replay: -Dmidstream.world=%s:%d
        %s
        broken by %d of %d worlds
        %s
        %s\
        """
            .formatted(
                first.law().code(),
                found.seed(),
                what,
                found.count(),
                search.worlds(),
                world,
                trace(world));
    return new AssertionError(text, again == null ? first : again);
  }

  private static String trace(SimulatedWorld world) {
    PacketRecorder recorder = new PacketRecorder(Place.INTO_BOX, Place.OUT_OF_BOX);
    try {
      new WorldRun(world).observe(recorder).run();
    } catch (LawBroken | RuntimeException expected) {
      // The failure names it.
    }
    String text = recorder.text(world.ends());
    long lines = text.lines().count();
    return text.lines()
        .skip(Math.max(0, lines - MAX_TRACE_LINES))
        .map(line -> line.substring(0, Math.min(line.length(), MAX_LINE_LETTERS)))
        .collect(Collectors.joining("\n"));
  }
}
