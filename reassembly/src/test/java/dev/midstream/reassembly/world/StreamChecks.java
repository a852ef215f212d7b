package dev.midstream.reassembly.world;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.map.Invariant;
import dev.midstream.modcmd.map.Invariants;
import dev.midstream.modcmd.map.StreamState;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineConnections;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Stream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the invariants of both streams of the one connection of an engine, again and again. */
final class StreamChecks {
  private static final long ANY = Long.MAX_VALUE / 4;

  private final Map<Direction, StreamState> earlier = new EnumMap<>(Direction.class);
  private @Nullable Connection seen;

  /** Checks the streams as they are now against themselves and against the last time. */
  void check(Engine engine) {
    EngineConnections.forEach(engine, this::check);
  }

  private void check(Connection connection) {
    if (connection.handling() != Handling.EDITED || !connection.hasStreams()) {
      return;
    }
    if (connection != seen) {
      earlier.clear();
      seen = connection;
    }
    for (Direction direction : Direction.values()) {
      check(direction, connection.stream(direction));
    }
  }

  private void check(Direction direction, Stream stream) {
    StreamState now = stateOf(stream);
    none(Invariants.ofState(now), direction);
    StreamState before = earlier.put(direction, now);
    if (before != null) {
      none(Invariants.ofStep(before, now), direction);
    }
    none(
        Invariants.ofMapping(
            Invariants.Mapping.of(stream.map()),
            stream.commands().basePosition(),
            stream.decided()),
        direction);
  }

  /** In a recording nothing is bound by a window, and what is shown is a new position. */
  private static StreamState stateOf(Stream stream) {
    return new StreamState(
        stream.feedback().acknowledged(),
        ANY,
        stream.releasedEnd(),
        stream.newEnd(),
        stream.decided(),
        stream.heldEnd(),
        0,
        ANY,
        stream.feedback().shown(),
        ANY,
        0,
        0);
  }

  private static void none(Set<Invariant> violated, Direction direction) {
    if (!violated.isEmpty()) {
      throw new AssertionError(direction + " violates " + violated);
    }
  }
}
