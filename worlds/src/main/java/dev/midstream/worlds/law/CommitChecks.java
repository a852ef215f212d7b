package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.Edits;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.law.Departures.Departure;
import dev.midstream.worlds.law.Departures.OfDirection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Checks that nothing leaves, and nothing is acknowledged, that waits for a record which is not
 * committed, and that nothing waits that need not ({@link WaitChecks}). It takes its own account of
 * what was decided when each record was written. What left is what the packets show and what the
 * engine counts, whichever is more.
 */
final class CommitChecks {
  private final Supplier<Engine> engine;
  private final MemoryLog log;
  private final WaitChecks waits;
  private final EarlyOpenings openings;
  private final LateOpenings lateOpenings;
  private final Departures departures = new Departures();
  private final Deque<Written> written = new ArrayDeque<>();
  private final Map<Side, Limit> limits = new HashMap<>();

  /** Where picked-up streams begin: it is known when their senders are heard. */
  private final IdentityHashMap<Stream, Long> beginnings = new IdentityHashMap<>();

  /** How far streams were acknowledged, also by an engine that died, or before they were parked. */
  private final Map<Side, Long> shownBefore = new HashMap<>();

  /** The connections that were checked after the last call. */
  private Map<ConnectionKey, List<Bounds>> checked = new TreeMap<>(ConnectionKey.BY_ENDS);

  /** Whether connections may have gone on without records. */
  private boolean wasAlone;

  private final Set<Stream> heard = Collections.newSetFromMap(new IdentityHashMap<>());

  /** A direction of a connection. Another connection of its ends has another sequence number. */
  private record Side(String connection, Direction direction, int initialSequence) {
    static Side of(Connection connection, Direction direction) {
      int initialSequence = connection.stream(direction).space().initialSequence();
      return new Side(connection.name(), direction, initialSequence);
    }
  }

  /** How far octets and a FIN may leave, and be acknowledged, and whether the FIN may leave. */
  private record Limit(long newNext, long orgNext, boolean isFinKnown) {
    static final Limit NOTHING = new Limit(0, 0, false);
  }

  /**
   * How far a direction may leave and be acknowledged after a call. The receiver or the sender may
   * have been reset alone.
   */
  private record Bounds(
      Side side,
      Connection connection,
      SequenceSpace space,
      CommitMode mode,
      Limit limit,
      long mayLeave,
      long mayShow,
      boolean isReceiverReset,
      boolean isSenderReset) {

    OfDirection of(List<Departure> left) {
      return OfDirection.of(left, connection.key(), side.direction(), space, mayLeave);
    }
  }

  /** The limits when the records up to {@code number} are committed. */
  private record Written(long number, Map<Side, Limit> limits) {}

  CommitChecks(Supplier<Engine> engine, MemoryLog log) {
    this.engine = engine;
    this.log = log;
    waits = new WaitChecks(engine, log);
    openings = new EarlyOpenings(engine, log);
    lateOpenings = new LateOpenings(engine, openings);
  }

  /** Notes what leaves the engine by {@code out} in the call in which it gets {@code packet}. */
  PacketOutput before(Packet packet, PacketOutput out) {
    lateOpenings.arrive(packet);
    return departures.before(out);
  }

  /** Notes what leaves the engine by {@code out} in a call. */
  PacketOutput before(PacketOutput out) {
    return departures.before(out);
  }

  /** Notes what became of the packet of a call. */
  void noteLeft(Disposition disposition, Packet packet) {
    departures.add(disposition, packet);
  }

  /** Notes that records were written of all that is decided now. */
  void noteAppended(long nowNanos) {
    waits.noteAppended(nowNanos);
    Map<Side, Limit> now = new HashMap<>();
    engine.get().forEachConnection(each -> putLimits(each, now));
    written.add(new Written(log.appended(), now));
  }

  private static void putLimits(Connection connection, Map<Side, Limit> limits) {
    if (isLimited(connection)) {
      for (Direction each : Direction.BOTH) {
        limits.put(Side.of(connection, each), limit(connection.stream(each)));
      }
    }
  }

  private static boolean isLimited(Connection connection) {
    return connection.hasStreams() && connection.handling() == Handling.EDITED;
  }

  private static Limit limit(Stream stream) {
    Edits edits = stream.edits();
    int fin = edits.fin().isSettled() ? 1 : 0;
    int orgFin = edits.fin().isReached() ? fin : 0;
    long orgEnd = stream.decided();
    if (edits.opaque().isOpen() && !edits.dropped().isOpen()) {
      orgEnd = edits.opaque().end();
    }
    long newEnd = orgEnd;
    if (orgEnd < Long.MAX_VALUE) {
      newEnd = stream.newEnd() + (orgEnd - stream.decided());
    }
    long shown = Math.max(plus(orgEnd, orgFin), edits.recordedCustodyEnd());
    return new Limit(plus(newEnd, fin), shown, fin > 0);
  }

  private static long plus(long end, int fin) {
    return end == Long.MAX_VALUE ? end : end + fin;
  }

  /** Notes that more records are committed. */
  void commit() {
    waits.commit();
    openings.commit();
    while (!written.isEmpty() && written.peekFirst().number() <= log.committed()) {
      written.removeFirst().limits().forEach(limits::put);
    }
  }

  /** The records that are not committed are about to be lost. */
  void lose() {
    wasAlone = true;
    waits.lose();
    openings.lose();
    written.clear();
  }

  /** The engine dies: another one goes on with what it {@link #inherit inherits}. */
  void forget() {
    forgetWaits();
    limits.clear();
  }

  private void forgetWaits() {
    waits.forget();
    openings.lose();
    lateOpenings.forget();
    departures.clear();
    checked.clear();
    written.clear();
    beginnings.clear();
    heard.clear();
  }

  /**
   * What is decided now needs no record any more: it was decided while no other engine had to keep
   * it, or another one goes on with it.
   */
  void settle() {
    forgetWaits();
    engine.get().forEachConnection(this::inherit);
    engine.get().forEachParked(this::inherit);
  }

  /** An engine goes on with {@code copy}: what is decided of it needs no record any more. */
  void inherit(Connection copy) {
    putLimits(copy, limits);
  }

  /** Checks all connections. */
  void check(long nowNanos) {
    waits.check(nowNanos);
    openings.check(departures, nowNanos);
    if (!wasAlone) {
      lateOpenings.check(departures, nowNanos);
    }
    Map<ConnectionKey, List<Bounds>> now = new TreeMap<>(ConnectionKey.BY_ENDS);
    engine
        .get()
        .forEachConnection(connection -> {
          if (isLimited(connection) && connection.resetReason() == null) {
            now.put(connection.key(), check(connection, nowNanos));
          }
        });
    departures.forEach((key, left) ->
        checked.getOrDefault(key, List.of()).forEach(each -> checkLast(each, left, nowNanos)));
    departures.clear();
    checked = now;
  }

  private List<Bounds> check(Connection connection, long nowNanos) {
    List<Departure> left = departures.take(connection.key());
    List<Bounds> all = new ArrayList<>();
    for (Direction each : Direction.BOTH) {
      boolean isOn = connection.stream(each).edits().commit().isOn();
      LawBroken.unless(
          isOn || wasAlone, Law.TAKEOVER, () -> "waits for no records: " + connection.name());
      if (isOn) {
        Bounds bounds = bounds(connection, each);
        check(bounds, left, nowNanos);
        all.add(bounds);
      }
    }
    return all;
  }

  private Bounds bounds(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    Side side = Side.of(connection, direction);
    CommitMode mode = log.mode().of(connection.terms().replaysExactly(), connection.isPickedUp());
    Limit limit = limits.getOrDefault(side, Limit.NOTHING);
    long before = connection.isPickedUp() ? leftBefore(stream) : 0;
    long mayShow = Math.max(limit.orgNext(), before); // what was picked up is not shifted
    mayShow = Math.max(mayShow, shownBefore.getOrDefault(side, 0L));
    if (!mode.delaysAcknowledgements()) {
      mayShow = Math.max(mayShow, OutputReach.receivedEnd(stream));
    }
    return new Bounds(
        side,
        connection,
        stream.space(),
        mode,
        limit,
        Math.max(mayLeave(stream, mode, limit), before),
        mayShow,
        // Nothing leaves any more to an end that was reset alone.
        connection.openPhase().isReceiverReset(direction),
        connection.openPhase().isSenderReset(direction));
  }

  private void check(Bounds bounds, List<Departure> segments, long nowNanos) {
    Stream stream = bounds.connection().stream(bounds.side().direction());
    OfDirection seen = bounds.of(segments);
    long left = Math.max(stream.newNext(), seen.newEnd());
    long shown = Math.max(stream.sender().advertised(), seen.orgAcknowledged());
    long mayLeave = bounds.mayLeave();
    Limit limit = bounds.limit();
    LawBroken.unless(
        bounds.isReceiverReset()
            || left <= mayLeave
            || !(bounds.mode().delaysOctets() || OutputReach.insertsWithin(stream, mayLeave, left)),
        Law.TAKEOVER,
        () -> "leaves before it is committed: end=" + left + " " + limit + " nanos=" + nowNanos);
    LawBroken.unless(
        bounds.isSenderReset() || shown <= bounds.mayShow(),
        Law.TAKEOVER,
        () -> "is shown before it is committed: end=" + shown + " " + limit + " at=" + nowNanos);
    shownBefore.put(bounds.side(), shown);
    FinMap fin = stream.edits().fin();
    long before = bounds.connection().isPickedUp() ? leftBefore(stream) : 0;
    LawBroken.unless(
        limit.isFinKnown()
            || bounds.isReceiverReset()
            || !(fin.isReleased() || seen.hasFin())
            || isReceived(stream, seen, before),
        Law.TAKEOVER,
        () -> "a FIN leaves before it is committed: " + limit + " nanos=" + nowNanos);
  }

  /**
   * Whether a FIN that left is one that the receiver has, or that left before the pick-up: an heir
   * may not know its place.
   */
  private static boolean isReceived(Stream stream, OfDirection seen, long before) {
    FinMap fin = stream.edits().fin();
    return fin.isSettled()
        ? fin.newFin() < before
        : seen.newEnd() <= Math.max(before, stream.receiver().knownEnd());
  }

  /** Checks what left of a connection in the call in which it ended, or was let go. */
  private void checkLast(Bounds last, List<Departure> segments, long nowNanos) {
    OfDirection seen = last.of(segments);
    Limit limit = limits.getOrDefault(last.side(), Limit.NOTHING);
    LawBroken.unless(
        last.isReceiverReset()
            || !last.mode().delaysOctets()
            || seen.newEnd() <= Math.max(last.mayLeave(), limit.newNext()),
        Law.TAKEOVER,
        () -> "leaves last before it is committed: " + seen + " " + limit + " at=" + nowNanos);
    LawBroken.unless(
        last.isSenderReset()
            || !last.mode().delaysAcknowledgements()
            || seen.orgAcknowledged() <= Math.max(last.mayShow(), limit.orgNext()),
        Law.TAKEOVER,
        () -> "is shown last before it is committed: " + seen + " " + limit + " at=" + nowNanos);
  }

  /**
   * What the receiver has acknowledged where octets wait for no record was seen when it left, or
   * left an engine that was shown other octets and died.
   */
  private static long mayLeave(Stream stream, CommitMode mode, Limit limit) {
    return mode.delaysOctets() ? limit.newNext() : Math.max(limit.newNext(), stream.acknowledged());
  }

  /**
   * What left before the pick-up counts as released, and no record says where it ends: octets that
   * the receiver acknowledged, or all before the sender was heard. What leaves later is checked
   * before it can be acknowledged.
   */
  private long leftBefore(Stream stream) {
    return Math.max(beginning(stream), stream.acknowledged());
  }

  private long beginning(Stream stream) {
    if (!heard.contains(stream)) {
      beginnings.put(stream, stream.newNext());
    }
    if (stream.headers().isTemplateKnown()) {
      heard.add(stream);
    }
    return beginnings.getOrDefault(stream, 0L);
  }
}
