package dev.midstream.reassembly.flow;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.CodecCall.Decoded;
import dev.midstream.modcmd.call.CodecCall.Encoded;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.flow.Handshakes.CompetingSyn;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Phase.Opening;
import dev.midstream.reassembly.flow.Phase.Refused;
import dev.midstream.reassembly.flow.Phase.TimeWait;
import dev.midstream.reassembly.flow.Phase.Untouched;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.StreamSnapshot;
import dev.midstream.reassembly.stream.TimeWaitStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection as octets: a version, the ends, state and rule, the phase and what is essential of
 * it, and then fields that a reader may skip. One of them has the rest; a connection without it
 * goes on with what its engine can derive. docs/state.md says which fields of the classes are
 * written. Times are written as ages, so that another clock may go on with them.
 *
 * <p>One is reused for all connections of an engine. Not thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // the numbers of states and handlings are of the format
public final class ConnectionSnapshot {
  /** The version that is written. */
  public static final int VERSION = 1;

  /** Where the ends start, of which {@link ConnectionKey} is made. */
  public static final int KEY_OFFSET = 1;

  private static final int UNTOUCHED = 0;
  private static final int REFUSED = 1;
  private static final int OPENING = 2;
  private static final int OPEN = 3;
  private static final int TIME_WAIT = 4;

  private static final int STATE_SHIFT = 3;
  private static final int PICKED_UP = 1 << 5;
  private static final int EDITED = 1 << 6;
  private static final int REJECTED = 1 << 7;

  private static final int COMPETING = 1;
  private static final int ALTERNATIVE = 2;

  private static final ConnectionState[] STATES = ConnectionState.values();

  private final StreamSnapshot streams;
  private final ConnectionRest rest;
  private final ConnectionStep step;
  private final KeyedHash hashes;
  private final NameCodec names;
  private boolean whole;

  /**
   * Makes keys with {@code hashes}, and names rules and reasons by {@code names}. What is essential
   * has {@code copies}.
   */
  public ConnectionSnapshot(KeyedHash hashes, NameCodec names, FirstCopies copies) {
    this.hashes = hashes;
    this.names = names;
    streams = new StreamSnapshot(copies);
    rest = new ConnectionRest(streams, names);
    step = new ConnectionStep(streams);
  }

  /**
   * Writes {@code connection}, between two calls of its engine.
   *
   * @return null; or why nothing was written, if the codec of the agent fails
   */
  public @Nullable UnwrittenState write(Connection connection, StateWriter out, long nowNanos) {
    return write(connection, out, true, nowNanos);
  }

  /**
   * Writes what is essential of {@code connection}, and what its opening agreed on.
   *
   * @return null; or why nothing was written, if the codec of the agent fails
   */
  public @Nullable UnwrittenState writeEssential(
      Connection connection, StateWriter out, long nowNanos) {
    return write(connection, out, false, nowNanos);
  }

  /** Writes {@code connection} as if it was let go: it passes at another engine, unseen. */
  public void writeLetGo(Connection connection, StateWriter out, long nowNanos) {
    out.octet(VERSION);
    connection.key().write(out);
    Phase letGo = new Untouched(connection.phase().legs());
    writeContent(connection, letGo, Encoded.NONE, out, false, nowNanos);
  }

  private @Nullable UnwrittenState write(
      Connection connection, StateWriter out, boolean isWhole, long nowNanos) {
    Encoded state = AgentStateOctets.encode(connection);
    if (state.failure() != null) {
      return new UnwrittenState(String.valueOf(connection.rule().agentName()), state.failure());
    }
    out.octet(VERSION);
    connection.key().write(out);
    writeContent(connection, connection.phase(), state, out, isWhole, nowNanos);
    return null;
  }

  /**
   * Reads what {@link #write} or {@link #writeEssential} wrote of any version.
   *
   * @throws MalformedState if the octets are no connection, or its rule is not known here; the
   *     memory of the connection is then freed
   */
  public Connection read(StateReader in, ConnectionPlaces places, long nowNanos) {
    return read(in, List.of(), false, places, nowNanos);
  }

  /**
   * Reads what {@link #write} or {@link #writeEssential} wrote of any version, and then what {@link
   * ConnectionStep#write} did.
   *
   * @param skipsRest whether only what is essential is read: the rest is too old
   * @throws MalformedState if the octets are no connection and its steps, or its rule is not known
   *     here; the memory of the connection is then freed
   */
  public Connection read(
      StateReader in,
      List<StateReader> since,
      boolean skipsRest,
      ConnectionPlaces places,
      long nowNanos) {
    whole = !skipsRest;
    rest.begin();
    readVersion(in);
    Connection connection = new Connection(new ConnectionKey().read(in, hashes));
    try {
      boolean hasRest = readContent(connection, in, places, nowNanos);
      since.forEach(each -> step.read(each, connection, places, nowNanos));
      complete(connection, hasRest, places, nowNanos);
      if (connection.phase() instanceof Open open) {
        open.noteCommitted(); // what is read was committed before
        rest.readAwaited(open);
      }
      whole = hasRest;
      return connection;
    } catch (RuntimeException e) {
      connection.free();
      throw e instanceof MalformedState known
          ? known
          : new MalformedState("connection cannot be read", e);
    }
  }

  /** Steps that follow on what this writes. */
  public ConnectionStep step() {
    return step;
  }

  /** Reads the version, and nothing if it is not known here. */
  public static void readVersion(StateReader in) {
    int version = in.octet();
    if (version != VERSION) {
      throw new MalformedState("unknown version of a connection: version=" + version);
    }
  }

  /** The state that the octet before the rule says. */
  static ConnectionState stateOf(int first) {
    return STATES[(first >>> STATE_SHIFT) & (STATES.length - 1)];
  }

  /** The handling that the octet before the rule says. */
  static Handling handlingOf(int first) {
    return switch (first & ((1 << STATE_SHIFT) - 1)) {
      case UNTOUCHED -> Handling.UNTOUCHED;
      case REFUSED -> (first & REJECTED) == 0 ? Handling.DROPPED : Handling.REJECTED;
      default -> (first & EDITED) == 0 ? Handling.MONITORED : Handling.EDITED;
    };
  }

  private void writeContent(
      Connection connection,
      Phase phase,
      Encoded state,
      StateWriter out,
      boolean isWhole,
      long nowNanos) {
    int kind = kindOf(phase);
    boolean isEdited = phase.handling() == Handling.EDITED;
    out.octet(
        kind
            | connection.state().ordinal() << STATE_SHIFT
            | (connection.isPickedUp() ? PICKED_UP : 0)
            | (isEdited ? EDITED : 0)
            | (phase.handling() == Handling.REJECTED ? REJECTED : 0));
    names.write(connection.rule(), out);
    connection.seen().write(out, isWhole, nowNanos);
    connection.handshakes().write(out);
    AgentStateOctets.write(connection.assignment().context(), out);
    switch (phase) {
      case Untouched untouched -> LegsCodec.write(untouched.legs(), out);
      case Refused refused -> {
        out.flags(refused.hasEdits());
        names.write(refused.reason(), out);
        LegsCodec.write(refused.legs(), out);
      }
      case Opening opening -> {
        out.flags(opening.clientToServer() != null, opening.serverToClient() != null);
        write(opening.clientToServer(), isEdited, isWhole, out, nowNanos);
        write(opening.serverToClient(), isEdited, isWhole, out, nowNanos);
      }
      case Open open -> {
        AgentStateOctets.write(state, out);
        out.octet(open.abortedEnd().number());
        write(open.stream(Direction.CLIENT_TO_SERVER), isEdited, isWhole, out, nowNanos);
        write(open.stream(Direction.SERVER_TO_CLIENT), isEdited, isWhole, out, nowNanos);
      }
      case TimeWait timeWait -> write(timeWait, connection.handshakes(), out);
    }
    writeFields(connection, out, isWhole, nowNanos);
  }

  private static void write(TimeWait timeWait, Handshakes handshakes, StateWriter out) {
    out.flags(timeWait.hasEdits());
    timeWait.clientToServer().write(out, handshakes.sequence(Direction.CLIENT_TO_SERVER));
    timeWait.serverToClient().write(out, handshakes.sequence(Direction.SERVER_TO_CLIENT));
  }

  private static void complete(
      Connection connection, boolean hasRest, ConnectionPlaces places, long nowNanos) {
    if (!hasRest) {
      places.derive(connection, nowNanos);
    }
    ConnectionRest.complete(connection, nowNanos);
  }

  /** Returns whether all of it was written. */
  private boolean readContent(
      Connection connection, StateReader in, ConnectionPlaces places, long nowNanos) {
    int first = in.octet();
    Rule rule = names.readRule(in);
    connection.enter(stateOf(first));
    connection.seen().read(in, nowNanos);
    connection.handshakes().read(in);
    Octets context = AgentStateOctets.readContext(in);
    boolean isPickedUp = (first & PICKED_UP) != 0;
    boolean isEdited = (first & EDITED) != 0;
    Handling handling = handlingOf(first);
    Phase phase =
        switch (first & ((1 << STATE_SHIFT) - 1)) {
          case UNTOUCHED -> new Untouched(LegsCodec.read(in));
          case REFUSED -> readRefused(handling, in);
          case OPENING -> {
            int which = in.count(2);
            Stream stream = which == 0 ? null : read(in, places, rule, false, isEdited, nowNanos);
            yield new Opening(handling, which == 1 ? stream : null, which == 2 ? stream : null);
          }
          case OPEN -> readOpen(in, rule, places, handling, isPickedUp, nowNanos);
          case TIME_WAIT -> readTimeWait(connection.handshakes(), in);
          default -> throw new MalformedState("unknown phase: first=" + first);
        };
    connection.restore(rule, context, places.terms(rule), phase, isPickedUp);
    boolean hasRest = false;
    while (in.remaining() > 0) {
      int tag = in.octet();
      hasRest |= tag == ConnectionRest.REST && whole;
      readField(tag, in.field(), connection, places, nowNanos);
    }
    return hasRest;
  }

  /** Whether the connection that was read last was written as a whole. */
  public boolean isWhole() {
    return whole;
  }

  private static int kindOf(Phase phase) {
    return switch (phase) {
      case Untouched _ -> UNTOUCHED;
      case Refused _ -> REFUSED;
      case Opening _ -> OPENING;
      case Open _ -> OPEN;
      case TimeWait _ -> TIME_WAIT;
    };
  }

  private Refused readRefused(Handling handling, StateReader in) {
    boolean hasEdits = in.count(1) != 0;
    return new Refused(handling, names.readReason(in), hasEdits, LegsCodec.read(in));
  }

  private static TimeWait readTimeWait(Handshakes handshakes, StateReader in) {
    boolean hasEdits = in.count(1) != 0;
    return new TimeWait(
        TimeWaitStream.read(in, handshakes.sequence(Direction.CLIENT_TO_SERVER)),
        TimeWaitStream.read(in, handshakes.sequence(Direction.SERVER_TO_CLIENT)),
        hasEdits);
  }

  private Open readOpen(
      StateReader in,
      Rule rule,
      ConnectionPlaces places,
      Handling handling,
      boolean isPickedUp,
      long nowNanos) {
    Decoded agentState = AgentStateOctets.read(rule, in, places);
    int aborted = in.count(AbortedEnd.LAST_NUMBER);
    boolean isEdited = handling == Handling.EDITED;
    Stream client = read(in, places, rule, isPickedUp, isEdited, nowNanos);
    try {
      Stream server = read(in, places, rule, isPickedUp, isEdited, nowNanos);
      Open open = new Open(handling, client, server);
      open.restoreAgent(agentState);
      open.abortedEnd().read(aborted);
      return open;
    } catch (RuntimeException e) {
      client.free();
      throw e;
    }
  }

  /** What comes to a connection that is not edited has left, and its sender repeats nothing. */
  private void write(
      @Nullable Stream stream, boolean isEdited, boolean isWhole, StateWriter out, long nowNanos) {
    if (stream != null) {
      long custody = isWhole ? stream.edits().custodyEnd() : stream.edits().recordedCustodyEnd();
      streams.writeEssential(stream, isWhole, custody, !isEdited, out, nowNanos);
    }
  }

  private Stream read(
      StateReader in,
      ConnectionPlaces places,
      Rule rule,
      boolean isPickedUp,
      boolean isEdited,
      long nowNanos) {
    return streams.readEssential(
        in,
        initialSequence -> places.stream(initialSequence, rule, isPickedUp, isEdited),
        !isEdited,
        nowNanos);
  }

  private void writeFields(Connection connection, StateWriter out, boolean isWhole, long nowNanos) {
    Handshakes handshakes = connection.handshakes();
    for (CompetingSyn syn : handshakes.allCompeting()) {
      int place = out.beginField(COMPETING);
      syn.write(out);
      out.endField(place);
    }
    Connection alternative = handshakes.alternative();
    if (alternative != null) {
      int place = out.beginField(ALTERNATIVE);
      // Its agent is not called before it takes the place of the first one.
      writeContent(alternative, alternative.phase(), Encoded.NONE, out, isWhole, nowNanos);
      out.endField(place);
    }
    if (isWhole) {
      rest.write(connection, out, nowNanos);
    }
  }

  private void readField(
      int tag, StateReader in, Connection connection, ConnectionPlaces places, long nowNanos) {
    if (tag == COMPETING) {
      connection.handshakes().addCompeting(CompetingSyn.read(in));
    } else if (tag == ALTERNATIVE) {
      Connection other = new Connection(connection.key());
      connection.handshakes().setAlternative(other);
      complete(other, readContent(other, in, places, nowNanos), places, nowNanos);
    } else {
      rest.read(tag, in, connection, whole, nowNanos);
    }
  }
}
