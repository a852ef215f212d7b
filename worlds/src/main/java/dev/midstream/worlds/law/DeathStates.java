package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.command.CommandList;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Phase.TimeWait;
import dev.midstream.reassembly.stream.Stream;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * How many engines died with a connection in each state, of those whose records another one goes on
 * with. Not thread-safe.
 */
public final class DeathStates {
  private static final int IPV6_BYTES = 16;

  private final Map<State, Long> counts = new EnumMap<>(State.class);
  private final Set<State> dying = EnumSet.noneOf(State.class);

  /** A state of an engine that dies, or of one of its connections. */
  public enum State {
    /** A connection of which no more than the SYNs are kept. */
    HALF_OPEN,
    /** One of which a record is left. */
    HALF_OPEN_RECORDED,
    /** A connection that opens, of which more is kept than its SYNs. */
    OPENING,
    /** A connection of which no record is left. */
    UNRECORDED,
    /** Another SYN of its ends waits for its answer. */
    COMPETING_SYN,
    PICKED_UP,
    IPV6,
    /** Something is decided that is in no committed record. */
    UNCOMMITTED,
    /** Octets are acknowledged to one end, and not by the other one. */
    PROMISED,
    EDIT_IN_FLIGHT(DeathStates::hasEditInFlight),
    REPLY_IN_FLIGHT((_, stream) -> stream.receiver().isReplyUnacknowledged()),
    UNDECIDED((_, stream) -> stream.sender().undecided().length() > 0),
    CUSTODY((_, stream) -> stream.edits().custodyEnd() > stream.decided()),
    GAP((_, stream) -> !stream.sender().delayed().isEmpty()),
    /** Octets of a span pass that the agent does not see. */
    SKIP((_, stream) -> isSkipping(stream) && !stream.edits().opaque().isEndless()),
    SKIPPED_REST((_, stream) -> isSkipping(stream) && stream.edits().opaque().isEndless()),
    DROP((_, stream) -> stream.edits().dropped().isOpen()),
    /** One end has ended its stream. */
    FIN((_, stream) -> stream.edits().fin().isKnown()),
    /** The engine ends a stream in its place. */
    OWN_FIN((_, stream) -> stream.edits().fin().isOwn()),
    BOTH_FINS,
    TIME_WAIT,
    TOMBSTONE,
    /** One end was reset, and the other one reads its stream. */
    END_RESET(DeathStates::isEndReset),
    /** An agent has seen it, and its packets pass as they are. */
    LET_GO,
    PARKED,
    /** The kernel forwards its packets, and the engine does not see them. */
    FAST,
    /** An agent failed since the engine began. */
    FAILED,
    /** The engine went on with the connections of another one. */
    HEIR,
    /** No other engine kept the records for a while. */
    COPIES_LOST,
    /** No other engine keeps the records, and connections go on. */
    ALONE,
    /** No other engine keeps the records, and what agents decide waits. */
    HELD,
    /** Parts of a segment wait for the others. */
    FRAGMENTS,
    /** An agent expects another connection. */
    EXPECTATION;

    @SuppressWarnings("ImmutableEnumChecker") // functions of their arguments that capture nothing
    private final BiPredicate<Connection, Stream> ofStream;

    State() {
      this((_, _) -> false);
    }

    State(BiPredicate<Connection, Stream> ofStream) {
      this.ofStream = ofStream;
    }
  }

  /** Notes the states of {@code engine}, which is about to die. */
  void begin(Engine engine) {
    dying.clear();
    int[] known = new int[1];
    engine.forEachConnection(each -> {
      known[0]++;
      note(each);
    });
    engine.forEachParked(each -> {
      known[0]++;
      note(State.PARKED, true);
      note(State.IPV6, isIpv6(each));
    });
    note(State.HALF_OPEN, engine.connections() > known[0]);
  }

  private void note(Connection connection) {
    ConnectionState state = connection.state();
    note(State.OPENING, state == ConnectionState.OPENING);
    note(State.TOMBSTONE, state == ConnectionState.TOMBSTONE);
    note(State.TIME_WAIT, connection.phase() instanceof TimeWait);
    note(State.COMPETING_SYN, connection.handshakes().hasCompeting());
    note(State.PICKED_UP, connection.isPickedUp());
    note(State.IPV6, isIpv6(connection));
    note(State.FAST, connection.seen().isFast());
    boolean passes = connection.handling() == Handling.UNTOUCHED;
    note(State.LET_GO, passes && connection.rule().agent() != null);
    if (connection.phase() instanceof Open open && connection.handling() == Handling.EDITED) {
      note(
          State.BOTH_FINS,
          Direction.BOTH.stream()
              .allMatch(direction -> connection.stream(direction).edits().fin().isKnown()));
      note(State.PROMISED, open.isPromised());
      note(State.UNCOMMITTED, !open.isCommitted());
      for (State each : State.values()) {
        note(
            each,
            Direction.BOTH.stream()
                .anyMatch(
                    direction -> each.ofStream.test(connection, connection.stream(direction))));
      }
    }
  }

  /** Notes whether the engine dies in {@code state}. */
  void note(State state, boolean isMet) {
    if (isMet) {
      dying.add(state);
    }
  }

  /** Counts what was noted of the engine, which dies now. */
  void end() {
    dying.forEach(each -> counts.merge(each, 1L, Long::sum));
  }

  private static boolean isIpv6(Connection connection) {
    return connection.sender(Direction.CLIENT_TO_SERVER).address().length() == IPV6_BYTES;
  }

  private static boolean hasEditInFlight(Connection connection, Stream stream) {
    CommandList commands = stream.edits().commands();
    return !commands.isEmpty()
        && commands.newEnd(commands.size() - 1) > stream.acknowledged()
        && commands.newSeq(0) < stream.releasedEnd();
  }

  private static boolean isSkipping(Stream stream) {
    return stream.edits().opaque().isOpen() && !stream.edits().dropped().isOpen();
  }

  private static boolean isEndReset(Connection connection, Stream stream) {
    return connection.openPhase().wantsAbort(stream)
        || Direction.BOTH.stream().anyMatch(connection.openPhase()::isReceiverReset);
  }

  /** Adds what {@code other} counted. */
  public void add(DeathStates other) {
    other.counts.forEach((state, count) -> counts.merge(state, count, Long::sum));
  }

  /** The states that were met. */
  public Set<State> met() {
    return Set.copyOf(counts.keySet());
  }

  /** Each state that was met, and how often. */
  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(each ->
            each.getKey().name().toLowerCase(Locale.ROOT).replace('_', '-') + "=" + each.getValue())
        .collect(Collectors.joining(" "));
  }
}
