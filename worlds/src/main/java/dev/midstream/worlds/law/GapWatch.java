package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.stream.Stream;
import java.util.EnumMap;
import java.util.Map;

/**
 * Checks that no octets of an edited connection are kept after a gap that nothing fills (law 6).
 * The engine waits for 100 s; what begins in the meantime is checked later.
 */
final class GapWatch {
  private static final long MOST_NANOS = 120_000_000_000L;

  private final Map<Direction, Gap> gaps = new EnumMap<>(Direction.class);

  /** Octets after the missing one at {@code start}, kept since {@code sinceNanos}. */
  private record Gap(long start, long sinceNanos) {}

  /** Checks after a call of the engine. */
  void check(Connection connection, long nowNanos) {
    if (!connection.hasStreams() || connection.handling() != Handling.EDITED) {
      gaps.clear();
      return;
    }
    for (Direction each : Direction.BOTH) {
      Stream stream = connection.stream(each);
      if (stream.sender().delayed().isEmpty()) {
        gaps.remove(each);
      } else {
        checkKept(each, stream.heldEnd(), nowNanos);
      }
    }
  }

  /** Checks a direction that keeps octets after the missing one at {@code start}. */
  void checkKept(Direction direction, long start, long nowNanos) {
    Gap known = gaps.get(direction);
    Gap gap = known == null || known.start() != start ? new Gap(start, nowNanos) : known;
    gaps.put(direction, gap);
    LawBroken.unless(
        nowNanos - gap.sinceNanos() <= MOST_NANOS,
        Law.BOUNDS,
        () ->
            "octets after a gap are kept for ever: direction=%s start=%d sinceNanos=%d nanos=%d"
                .formatted(direction, gap.start(), gap.sinceNanos(), nowNanos));
  }
}
