package dev.midstream.engines.sim;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.stream.Edits;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.worlds.law.WatchedPair;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an agent had decided of both directions after one of its calls. */
final class AgentMoment {
  /** More than any stream has: the rest is decided, too. */
  private static final long ALL = 1L << 60;

  private final long[] decided = new long[2];
  private final int[] lengths = new int[2];
  private final long[] replied;
  private final @Nullable Replies replies;
  private final boolean left;
  private final String state;
  private final Runnable memento;

  /** How long the output of an agent is that replies. */
  @FunctionalInterface
  interface Replies {
    /** The end of the output after {@code decided} octets of a direction, without replies. */
    long end(Direction direction, long decided);
  }

  /**
   * This moment.
   *
   * @param replies null if the agent does not reply
   */
  AgentMoment(WatchedPair pair, @Nullable Replies replies, NotedAgent agent) {
    this.replies = replies;
    replied = agent.replied();
    left = agent.hasLeft();
    state = agent.state();
    for (Direction each : Direction.BOTH) {
      decided[index(each)] = pair.decided(each);
      lengths[index(each)] = pair.world().stream(each).length;
    }
    memento = pair.memento();
  }

  /** The place of a direction in an array. */
  static int index(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? 0 : 1;
  }

  /** How many octets it had put into each direction. */
  long[] replied() {
    return replied.clone();
  }

  /** Whether it had left the connection. */
  boolean hasLeft() {
    return left;
  }

  /** What its last call had returned. */
  String state() {
    return state;
  }

  /** To go back to this moment. */
  Runnable memento() {
    return memento;
  }

  /** Whether {@code connection} is as it was at this moment. */
  boolean is(Connection connection) {
    return is(connection, Direction.CLIENT_TO_SERVER)
        && is(connection, Direction.SERVER_TO_CLIENT)
        && hasState(connection);
  }

  /** A connection has no state of an agent that was not called, or will not be called again. */
  private boolean hasState(Connection connection) {
    @Nullable Object known = connection.phase() instanceof Open open ? open.agentState() : null;
    return known == null || known.equals(state);
  }

  private boolean is(Connection connection, Direction direction) {
    long here = decided[index(direction)];
    Stream stream = connection.streamOrNull(direction);
    if (stream == null) {
      return here == 0 && replied[index(direction)] == 0;
    }
    Edits edits = stream.edits();
    if (edits.opaque().isEndless() || edits.dropped().isEndless()) {
      return left || here >= ALL;
    }
    int length = lengths[index(direction)];
    long decidedHere = Math.min(here, length);
    return !left
        && decidedHere == Math.min(end(stream), length)
        && hasReplies(stream, direction, decidedHere);
  }

  private boolean hasReplies(Stream stream, Direction direction, long decidedHere) {
    return replies == null
        || stream.newEnd() == replies.end(direction, decidedHere) + replied[index(direction)];
  }

  private static long end(Stream stream) {
    Edits edits = stream.edits();
    return edits.dropped().isOpen()
        ? edits.dropped().end()
        : edits.opaque().isOpen() ? edits.opaque().end() : stream.decided();
  }

  /** The last moment of {@code history} at which {@code copy} was as it is; −1 if there is none. */
  static int lastOf(List<AgentMoment> history, Connection copy) {
    int last = history.size() - 1;
    while (last >= 0 && !history.get(last).is(copy)) {
      last--;
    }
    return last;
  }

  @Override
  public String toString() {
    return "decided=" + Arrays.toString(decided) + " left=" + left + " state=" + state;
  }
}
