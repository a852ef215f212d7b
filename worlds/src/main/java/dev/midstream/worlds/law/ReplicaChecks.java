package dev.midstream.worlds.law;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.CodecCall;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.KeptRecord;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Handshakes;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Phase.TimeWait;
import dev.midstream.reassembly.flow.RecordMark;
import dev.midstream.reassembly.stream.Edits;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.segment.HeaderTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
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

  /** The connections after the last call: one that is gone may be parked. */
  private Set<Connection> present = Set.of();

  /** Whether connections may have gone on, and may have been parked, without records. */
  private boolean wasAlone;

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
    present = Set.of();
    applied = 0;
  }

  /** Reads the records that were written since, and compares all connections. */
  void check(long nowNanos) {
    while (applied < log.appended()) {
      replica.apply(log.record(++applied), nowNanos);
    }
    wasAlone |= log.state() == LogState.ALONE;
    boolean isWritten = !log.mode().writesAtIntervals(); // else the last changes are in no record
    checks++;
    Set<Connection> before = present;
    present = Collections.newSetFromMap(new IdentityHashMap<>());
    engine.forEachConnection(each -> {
      present.add(each);
      if (isWritten && engine.isRecorded(each) && each.resetReason() == null && isChanged(each)) {
        check(each, nowNanos);
      }
    });
    if (!wasAlone && !present.containsAll(before)) {
      engine.forEachParked(each -> checkParked(each, nowNanos));
    }
  }

  /** One that was not edited, and whose rule has no agent, has no record. */
  private void checkParked(Connection copy, long nowNanos) {
    if (RecordMark.hasRecords(copy)) {
      check(copy, nowNanos);
      Direction.BOTH.forEach(each -> wanted.remove(copy.streamOrNull(each)));
    }
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
      compare("connection", essence(connection), essence(copy));
      compare("handshakes", handshakes(connection), handshakes(copy));
      compareAgents(connection, copy);
      if (connection.hasStreams() && connection.handling() == Handling.EDITED) {
        Direction.BOTH.forEach(each -> compare(connection, copy, each));
      }
    } finally {
      copy.free();
    }
  }

  private static List<@Nullable Object> essence(Connection connection) {
    return Arrays.asList(
        connection.state(),
        handling(connection),
        connection.phase() instanceof TimeWait over && over.hasEdits(),
        connection.isAccurateEcn(),
        connection.isPickedUp(),
        connection.rule().name(),
        connection.assignment().context(),
        connection.seen().onlyDirection());
  }

  /** The SYNs of both ends, the last one that competes, and those of a conflicting SYN-ACK. */
  private static List<@Nullable Object> handshakes(Connection connection) {
    Handshakes handshakes = connection.handshakes();
    List<@Nullable Object> all = new ArrayList<>();
    Direction.BOTH.forEach(each -> all.add(handshakes.of(each)));
    all.add(handshakes.competing());
    Connection alternative = handshakes.alternative();
    if (alternative != null) {
      Direction.BOTH.forEach(each -> all.add(alternative.handshakes().of(each)));
    }
    return all;
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
    compareHeaders(direction, stream.headers(), other.headers());
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

  /**
   * More may be known of an end than records tell, if it says so, and newer numbers, but nothing
   * else.
   */
  private static void compareHeaders(
      Direction direction, SenderHeaders headers, SenderHeaders recorded) {
    if (recorded.isTemplateKnown()) {
      compare(direction + " headers", headers(headers), headers(recorded));
    }
    LawBroken.unless(
        headers.hasTimestamps() || !recorded.hasTimestamps(),
        Law.TAKEOVER,
        () -> direction + " timestamps in records of an end that sends none");
    if (headers.isRecorded()) {
      compare(direction + " known headers", known(headers), known(recorded));
    }
  }

  private static List<Object> known(SenderHeaders of) {
    return List.of(
        of.isTemplateKnown(),
        of.isTemplateOfSyn(),
        of.hasTimestamps(),
        of.hasMicroseconds(),
        of.hopLimit().isKnown());
  }

  private static List<Object> headers(SenderHeaders of) {
    HeaderTemplate template = of.template();
    return List.of(
        of.isTemplateKnown(),
        template.ipVersion(),
        template.linkType(),
        template.leg(),
        template.interfaceId());
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
    Edits edits = stream.edits();
    long start = edits.firstCopies().freedBelow();
    long end = other.newEnd();
    long ownedEnd = end;
    if (log.firstCopies() == FirstCopies.COMMANDS) {
      long custody = edits.recordedCustodyEnd();
      ownedEnd = custody == 0 ? start : Math.min(end, edits.map().after(custody));
    }
    String error =
        new CopiesComparison(
                edits.firstCopies(),
                other.edits().firstCopies(),
                edits.commands(),
                opaqueStart(stream, start, ownedEnd))
            .error(start, end);
    LawBroken.unless(
        error == null, Law.TAKEOVER, () -> direction + " copies in records: they have " + error);
  }

  /**
   * The first opaque octet of [newStart, newEnd), or {@code newEnd}. Their sender has them, but an
   * engine that took over may keep those that came again.
   */
  private static long opaqueStart(Stream stream, long newStart, long newEnd) {
    if (newEnd <= newStart || !isOpaque(stream, newEnd - 1)) {
      return newEnd;
    }
    long low = newStart;
    long high = newEnd - 1;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (isOpaque(stream, middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private static boolean isOpaque(Stream stream, long newPosition) {
    long orgPosition = stream.edits().map().before(newPosition);
    return stream.edits().opaque().covers(orgPosition, orgPosition + 1);
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
    // The state of a parked connection stays octets.
    CodecCall.Encoded encoded =
        state instanceof CodecCall.Encoded parked ? parked : CodecCall.encode(agent, state);
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
