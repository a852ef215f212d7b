package dev.midstream.worlds.law;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.CodecCall;
import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.KeptRecord;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.store.ReleasedOctets;
import dev.midstream.reassembly.stream.Edits;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.reassembly.stream.Stream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the records of an engine hold all that is essential of its connections: what another
 * engine reads from them is what the engine has, as far as it did not only advance.
 */
final class ReplicaChecks {
  /** Positions of a direction that are mapped by both, at most. */
  private static final int MOST_POSITIONS = 64;

  /** A connection that seems to be as it was in the last check is checked again so often. */
  private static final int CHECKED_ANYWAY_EVERY = 8;

  private final Engine engine;
  private final MemoryLog log;
  private final IdentityHashMap<Stream, Long> wanted = new IdentityHashMap<>();
  private final IdentityHashMap<Connection, Checked> checked = new IdentityHashMap<>();
  private Replica replica = new Replica();
  private long applied;
  private int checks;

  /** What was compared: the essential state, custody and the records. */
  private record Checked(EssentialMark mark, List<Long> custodies, long records) {}

  ReplicaChecks(Engine engine, MemoryLog log) {
    this.engine = engine;
    this.log = log;
  }

  /** The engine died, and the log has fewer records now. */
  void forget() {
    replica = new Replica();
    wanted.clear();
    checked.clear();
    applied = 0;
  }

  /** Reads the records that were written since, and compares all connections. */
  void check(long nowNanos) {
    while (applied < log.appended()) {
      replica.apply(log.record(++applied), nowNanos);
    }
    if (log.mode().writesAtIntervals()) {
      return; // the last changes are in no record yet
    }
    checks++;
    engine.forEachConnection(each -> {
      if (engine.isRecorded(each) && each.resetReason() == null && isChanged(each)) {
        check(each, nowNanos);
      }
    });
  }

  /**
   * Whether the connection or the records changed since the last check. An acknowledgement only
   * leaves less to compare.
   */
  private boolean isChanged(Connection connection) {
    Checked now = new Checked(EssentialMark.of(connection), custodies(connection), applied);
    return !now.equals(checked.put(connection, now)) || checks % CHECKED_ANYWAY_EVERY == 0;
  }

  private static List<Long> custodies(Connection connection) {
    return connection.hasStreams()
        ? Direction.BOTH.stream()
            .map(each -> connection.stream(each).edits().recordedCustodyEnd())
            .toList()
        : List.of();
  }

  private void check(Connection connection, long nowNanos) {
    List<KeptRecord> records = replica.find(connection.key());
    LawBroken.unless(
        records != null, Law.TAKEOVER, () -> "no record: connection=" + connection.name());
    if (records == null) {
      return;
    }
    Connection copy = engine.moves().read(records, nowNanos);
    try {
      compare(
          "connection",
          Arrays.asList(
              connection.state(),
              handling(connection),
              connection.isPickedUp(),
              connection.rule().name(),
              connection.assignment().context(),
              connection.seen().onlyDirection()),
          Arrays.asList(
              copy.state(),
              copy.handling(),
              copy.isPickedUp(),
              copy.rule().name(),
              copy.assignment().context(),
              copy.seen().onlyDirection()));
      compareAgents(connection, copy);
      if (connection.hasStreams() && connection.handling() == Handling.EDITED) {
        Direction.BOTH.forEach(each -> compare(connection, copy, each));
      }
    } finally {
      copy.free();
    }
  }

  /** Another engine does not monitor: it lets go. */
  private static Handling handling(Connection connection) {
    boolean isMonitored = connection.handling() == Handling.MONITORED;
    return isMonitored ? Handling.UNTOUCHED : connection.handling();
  }

  private void compare(Connection connection, Connection copy, Direction direction) {
    Stream stream = connection.stream(direction);
    Stream other = copy.stream(direction);
    long custody = stream.edits().recordedCustodyEnd();
    compare(
        direction + " reset",
        connection.openPhase().isReceiverReset(direction),
        copy.openPhase().isReceiverReset(direction));
    compare(direction + " decisions", decisions(stream.edits()), decisions(other.edits()));
    comparePassed(direction, stream, other);
    compareCustody(direction, stream, other);
    compareCopies(direction, stream, other);
    compare(direction + " held", held(stream, stream, custody), held(other, stream, custody));
    compare(direction + " places", places(stream, stream), places(other, stream));
  }

  /**
   * Octets whose record was asked for may have been thrown away since, or their connection was
   * parked: the record still has them.
   */
  private void compareCustody(Direction direction, Stream stream, Stream other) {
    long custody = stream.edits().recordedCustodyEnd();
    long recorded = other.edits().custodyEnd();
    wanted.putIfAbsent(stream, recorded);
    long most = wanted.merge(stream, custody, Math::max);
    LawBroken.unless(
        recorded >= custody && recorded <= most,
        Law.TAKEOVER,
        () -> direction + " custody: is=" + custody + " recorded=" + recorded + " most=" + most);
  }

  /** D is a lower bound where octets pass without a decision. */
  private static void comparePassed(Direction direction, Stream stream, Stream other) {
    boolean passes = stream.edits().opaque().isOpen() && !stream.edits().fin().isSettled();
    boolean fits =
        passes ? other.decided() <= stream.decided() : other.decided() == stream.decided();
    LawBroken.unless(
        fits,
        Law.TAKEOVER,
        () -> direction + " D in records: " + other.decided() + " for " + stream.decided());
  }

  private static List<@Nullable Object> decisions(Edits edits) {
    FinMap fin = edits.fin();
    List<@Nullable Object> values = new ArrayList<>();
    values.add(edits.opaque().isOpen());
    values.add(edits.opaque().end());
    values.add(edits.dropped().isOpen());
    values.add(edits.dropped().isOpen() ? edits.dropped().end() : 0L);
    values.add(edits.commands().offset());
    values.add(edits.count());
    values.add(edits.isSpanEndOwed());
    values.add(fin.isSettled() ? fin.newFin() : -1L);
    values.add(fin.isSettled() && fin.isReached());
    values.add(fin.isOwn());
    return values;
  }

  /** Beyond what records say to be decided are only opaque octets, which their sender has. */
  private void compareCopies(Direction direction, Stream stream, Stream other) {
    long start = stream.edits().firstCopies().freedBelow();
    long end = other.newEnd();
    long ownedEnd = end;
    if (log.firstCopies() == FirstCopies.COMMANDS) {
      long custody = stream.edits().recordedCustodyEnd();
      ownedEnd = custody == 0 ? start : Math.min(end, stream.edits().map().after(custody));
      CommandList commands = stream.edits().commands();
      for (int i = 0; i < commands.size(); i++) {
        long from = Math.max(start, commands.newSeq(i));
        long to = Math.min(end, commands.newEnd(i));
        compare(direction + " edit", copies(stream, from, to), copies(other, from, to));
      }
    }
    ownedEnd = opaqueStart(stream, start, ownedEnd);
    String name = direction + " copies";
    compare(name, copies(stream, start, ownedEnd), copies(other, start, ownedEnd));
    compareOmitted(direction, stream, other, Math.max(start, ownedEnd), end);
  }

  /**
   * The first opaque octet of [newStart, newEnd), or {@code newEnd}. Their sender has them, but an
   * engine that took over may keep those that came again.
   */
  private static long opaqueStart(Stream stream, long newStart, long newEnd) {
    long at = newEnd;
    while (at > newStart && isOpaque(stream, at - 1)) {
      at--;
    }
    return at;
  }

  private static boolean isOpaque(Stream stream, long newPosition) {
    long orgPosition = stream.edits().map().before(newPosition);
    return stream.edits().opaque().covers(orgPosition, orgPosition + 1);
  }

  /** What records need not hold may be in them nevertheless, as it is. */
  private static void compareOmitted(
      Direction direction, Stream stream, Stream other, long newStart, long newEnd) {
    ReleasedOctets recorded = other.edits().firstCopies();
    long at = newStart;
    while (at < newEnd) {
      long from = recorded.lengthAt(at) > 0 ? at : recorded.nextStartAbove(at);
      long to = Math.min(newEnd, recorded.keptEnd(from));
      if (from < to) {
        String name = direction + " copies beyond custody";
        compare(name, copies(stream, from, to), copies(other, from, to));
      }
      at = Math.max(to, from);
    }
  }

  /** The first copies of [newStart, newEnd) that {@code from} keeps, as ranges. */
  private static List<Object> copies(Stream from, long newStart, long newEnd) {
    List<Object> kept = new ArrayList<>();
    ReleasedOctets copies = from.edits().firstCopies();
    long at = newStart;
    while (at < newEnd) {
      ByteArrayOutputStream range = new ByteArrayOutputStream();
      long start = at;
      for (int length = copies.lengthAt(at); length > 0 && at < newEnd; ) {
        int part = (int) Math.min(length, newEnd - at);
        range.writeBytes(Octets.of(copies.memoryAt(at), copies.memoryOffsetOf(at), part).toArray());
        at += part;
        length = copies.lengthAt(at);
      }
      if (at > start) {
        kept.add(start);
        kept.add(Octets.of(range.toByteArray()));
      }
      at = copies.nextStartAbove(at);
    }
    return kept;
  }

  /** The octets in custody that are not decided. */
  private static Octets held(Stream from, Stream stream, long custody) {
    int skipped = (int) (stream.decided() - from.decided());
    int length = Math.clamp(custody - stream.decided(), 0, stream.sender().undecided().length());
    return from.sender().undecided().length() < skipped + length
        ? Octets.empty()
        : Octets.of(
            from.sender().undecided().memory(),
            from.sender().undecided().memoryOffset() + skipped,
            length);
  }

  /** Where positions of the new stream lie that may be acknowledged or sent again. */
  private static List<Long> places(Stream from, Stream stream) {
    List<Long> places = new ArrayList<>();
    long start = Math.max(stream.acknowledged(), 0);
    long end = stream.edits().opaque().isOpen() ? start : stream.newEnd();
    long stride = Math.max(1, (end - start) / MOST_POSITIONS);
    for (long at = start; at < end; at += stride) {
      places.add(from.edits().map().acknowledgement(at));
    }
    return places;
  }

  /** An agent that never changed its state begins with it again. */
  private static void compareAgents(Connection connection, Connection copy) {
    Octets recorded = agentState(copy);
    if (connection.handling() == Handling.MONITORED) {
      return;
    }
    if (recorded != null || connection.agentRevision() > 0) {
      compare("agent's state", Arrays.asList(agentState(connection)), Arrays.asList(recorded));
    }
  }

  private static @Nullable Octets agentState(Connection connection) {
    Agent<?> agent = connection.rule().agent();
    Object state = connection.phase() instanceof Open open ? open.agentState() : null;
    if (agent == null || state == null || !mayBeCalled(connection)) {
      return null;
    }
    CodecCall.Encoded encoded = CodecCall.encode(agent, state);
    return encoded.failure() == null ? Octets.of(encoded.octets()) : null;
  }

  private static boolean mayBeCalled(Connection connection) {
    return connection.stream(Direction.CLIENT_TO_SERVER).edits().needAgent()
        || connection.stream(Direction.SERVER_TO_CLIENT).edits().needAgent();
  }

  private static void compare(String what, Object is, Object recorded) {
    LawBroken.unless(
        is.equals(recorded),
        Law.TAKEOVER,
        () -> "records do not hold the " + what + ": is=" + is + " recorded=" + recorded);
  }
}
