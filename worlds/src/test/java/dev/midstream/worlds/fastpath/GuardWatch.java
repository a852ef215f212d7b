package dev.midstream.worlds.fastpath;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Guarded;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.fastpath.FlowEntry;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks after each call of an engine that its process may die now: what passes then by guards, or
 * as it is without one, has right numbers, and no octet is missing that its sender does not repeat.
 */
final class GuardWatch {
  private final Map<Guarded, Long> seen = new EnumMap<>(Guarded.class);

  private int guarded;

  /** How often connections were seen in each state. */
  Map<Guarded, Long> seen() {
    return seen;
  }

  /** Looks at all connections of {@code engine}, whose guards are in {@code table}. */
  void look(@Nullable HandOverTable table, Engine engine) {
    if (table != null) {
      lookAt(table, engine);
    }
  }

  private void lookAt(HandOverTable table, Engine engine) {
    guarded = 0;
    engine.forEachConnection(connection -> {
      if (connection.key().hasOneTagAtMost()) {
        look(table, connection);
      }
    });
    LawBroken.unless(
        table.model().size() == 2 * guarded,
        Law.BOUNDS,
        () -> "guards of no connection: " + (table.model().size() - 2 * guarded));
  }

  private void look(HandOverTable table, Connection connection) {
    Guarded state = connection.seen().guarded();
    seen.merge(state, 1L, Long::sum);
    guarded += state == Guarded.HELD || state == Guarded.SHIFTED ? 1 : 0;
    FlowEntry client = find(table, connection, true);
    FlowEntry server = find(table, connection, false);
    boolean isRight =
        switch (state) {
          case NOT -> client == null && server == null && isAsItIs(connection);
          case MISSING -> client == null && server == null;
          case HELD -> client != null && server != null && client.isHeld() && server.isHeld();
          case SHIFTED -> client != null && server != null && isShifted(connection, client, server);
        };
    LawBroken.unless(
        isRight,
        Law.FIDELITY,
        () ->
            "its guard is wrong: %s fast=%s %s"
                .formatted(state, connection.seen().isFast(), text(connection)));
  }

  private static String text(Connection connection) {
    StringBuilder text = new StringBuilder();
    for (Direction each : Direction.BOTH) {
      if (connection.hasStreams()) {
        Stream stream = connection.stream(each);
        text.append(
            "%s acknowledged=%d custody=%d offset=%d commands=%d newEnd=%d "
                .formatted(
                    each,
                    stream.acknowledged(),
                    stream.edits().custodyEnd(),
                    stream.edits().commands().offset(),
                    stream.edits().commands().size(),
                    stream.newEnd()));
      }
    }
    return text.toString();
  }

  private static @Nullable FlowEntry find(
      HandOverTable table, Connection connection, boolean ofClient) {
    FlowEntry entry = table.newEntry();
    boolean isThere = table.read(connection.key().flowKey(table.newKey(), ofClient), entry);
    return isThere ? entry : null;
  }

  private static boolean isAsItIs(Connection connection) {
    boolean isEdited = connection.handling() == Handling.EDITED && connection.hasStreams();
    return !isEdited
        || connection.seen().isFast()
        || (passes(connection, Direction.CLIENT_TO_SERVER, 0)
            && passes(connection, Direction.SERVER_TO_CLIENT, 0));
  }

  private static boolean isShifted(Connection connection, FlowEntry client, FlowEntry server) {
    return client.isShifted()
        && server.isShifted()
        && client.acknowledgementShift() == -server.sequenceShift()
        && server.acknowledgementShift() == -client.sequenceShift()
        && (connection.seen().isFast()
            || !connection.hasStreams()
            || (passes(connection, Direction.CLIENT_TO_SERVER, client.sequenceShift())
                && passes(connection, Direction.SERVER_TO_CLIENT, server.sequenceShift())));
  }

  /** Whether what the sender sends from now on passes with {@code shift}, and nothing lacks. */
  private static boolean passes(Connection connection, Direction direction, int shift) {
    Stream stream = connection.stream(direction);
    int last = stream.edits().commands().size() - 1;
    boolean areOver = last < 0 || stream.edits().commands().newEnd(last) <= stream.acknowledged();
    long received = stream.edits().fin().acknowledgement(stream.acknowledged());
    return areOver
        && stream.edits().commands().offset() == shift
        && stream.edits().custodyEnd() <= received
        && !stream.edits().fin().isOwn();
  }
}
