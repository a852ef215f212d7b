package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.Edits;
import dev.midstream.reassembly.stream.Stream;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Checks that nothing leaves, and nothing is acknowledged, that waits for a record which is not
 * committed, and that nothing waits that need not ({@link WaitChecks}). It takes its own account of
 * what was decided when each record was written.
 */
final class CommitChecks {
  private final Engine engine;
  private final MemoryLog log;
  private final WaitChecks waits;
  private final Deque<Written> written = new ArrayDeque<>();
  private final Map<Side, Limit> limits = new HashMap<>();

  /** Where picked-up streams begin: it is known when their senders are heard. */
  private final IdentityHashMap<Stream, Long> beginnings = new IdentityHashMap<>();

  /** How far streams were acknowledged, also by an engine that died, or before they were parked. */
  private final Map<Side, Long> shownBefore = new HashMap<>();

  private final Set<Stream> heard = Collections.newSetFromMap(new IdentityHashMap<>());

  /** A direction of a connection. */
  private record Side(String connection, Direction direction) {}

  /** How far octets and a FIN may leave, and be acknowledged, and whether the FIN may leave. */
  private record Limit(long newNext, long orgNext, boolean isFinKnown) {
    static final Limit NOTHING = new Limit(0, 0, false);
  }

  /** The limits when the records up to {@code number} are committed. */
  private record Written(long number, Map<Side, Limit> limits) {}

  CommitChecks(Engine engine, MemoryLog log) {
    this.engine = engine;
    this.log = log;
    waits = new WaitChecks(engine, log);
  }

  /** Notes that records were written of all that is decided now. */
  void noteAppended(long nowNanos) {
    waits.noteAppended(nowNanos);
    Map<Side, Limit> now = new HashMap<>();
    engine.forEachConnection(each -> putLimits(each, now));
    written.add(new Written(log.appended(), now));
  }

  private static void putLimits(Connection connection, Map<Side, Limit> limits) {
    if (isLimited(connection)) {
      for (Direction each : Direction.BOTH) {
        limits.put(new Side(connection.name(), each), limit(connection.stream(each)));
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
    while (!written.isEmpty() && written.peekFirst().number() <= log.committed()) {
      written.removeFirst().limits().forEach(limits::put);
    }
  }

  /** The records that are not committed are lost. */
  void lose() {
    waits.lose();
    written.clear();
  }

  /** The engine dies: another one goes on with what it {@link #inherit inherits}. */
  void forget() {
    forgetWaits();
    limits.clear();
  }

  private void forgetWaits() {
    waits.forget();
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
    engine.forEachConnection(this::inherit);
    engine.forEachParked(this::inherit);
  }

  /** An engine goes on with {@code copy}: what is decided of it needs no record any more. */
  void inherit(Connection copy) {
    putLimits(copy, limits);
  }

  /** Checks all connections. */
  void check(long nowNanos) {
    waits.check(nowNanos);
    engine.forEachConnection(connection -> {
      if (isLimited(connection) && connection.resetReason() == null) {
        Direction.BOTH.forEach(each -> check(connection, each, nowNanos));
      }
    });
  }

  private void check(Connection connection, Direction direction, long nowNanos) {
    Stream stream = connection.stream(direction);
    if (!stream.edits().commit().isOn()) {
      return;
    }
    // Nothing leaves any more to an end that was reset alone.
    boolean isReceiverReset = connection.openPhase().isReceiverReset(direction);
    boolean isSenderReset = connection.openPhase().isSenderReset(direction);
    Side side = new Side(connection.name(), direction);
    CommitMode mode = log.mode().of(connection.terms().replaysExactly(), connection.isPickedUp());
    Limit limit = limits.getOrDefault(side, Limit.NOTHING);
    long before = connection.isPickedUp() ? leftBefore(stream) : 0;
    long mayLeave = Math.max(mayLeave(stream, mode, limit), before);
    long mayShow = Math.max(limit.orgNext(), before); // what was picked up is not shifted
    mayShow = Math.max(mayShow, shownBefore.getOrDefault(side, 0L));
    if (!mode.delaysAcknowledgements()) {
      mayShow = Math.max(mayShow, receivedEnd(stream));
    }
    long left = stream.newNext();
    long shown = stream.sender().advertised();
    long end = mayShow;
    LawBroken.unless(
        isReceiverReset
            || left <= mayLeave
            || !(mode.delaysOctets() || insertsWithin(stream, mayLeave, left)),
        Law.TAKEOVER,
        () -> "leaves before it is committed: end=" + left + " " + limit + " nanos=" + nowNanos);
    LawBroken.unless(
        isSenderReset || shown <= end,
        Law.TAKEOVER,
        () -> "is shown before it is committed: end=" + shown + " " + limit + " at=" + nowNanos);
    shownBefore.put(side, shown);
    FinMap fin = stream.edits().fin();
    LawBroken.unless(
        limit.isFinKnown() || isReceiverReset || !fin.isReleased() || fin.newFin() < before,
        Law.TAKEOVER,
        () -> "a FIN leaves before it is committed: " + limit + " nanos=" + nowNanos);
  }

  /**
   * What the receiver has acknowledged where octets wait for no record was seen when it left, or
   * left an engine that was shown other octets and died.
   */
  private static long mayLeave(Stream stream, CommitMode mode, Limit limit) {
    return mode.delaysOctets() ? limit.newNext() : Math.max(limit.newNext(), stream.acknowledged());
  }

  /** Whether octets that no sender can repeat begin at {@code from} or later, and have left. */
  private static boolean insertsWithin(Stream stream, long from, long left) {
    CommandList commands = stream.edits().commands();
    for (int i = 0; i < commands.size(); i++) {
      long begin = commands.newSeq(i);
      if (commands.orgLength(i) == 0 && begin >= from && begin < left) {
        return true;
      }
    }
    return false;
  }

  /**
   * What the receiver has acknowledged may be acknowledged to the sender, but no deleted octets
   * after it.
   */
  private static long receivedEnd(Stream stream) {
    FinMap fin = stream.edits().fin();
    if (!fin.isOwn() && fin.isAcknowledgedBy(stream.acknowledged()) && fin.isReached()) {
      return fin.orgFin() + 1;
    }
    long newEnd = stream.edits().map().newEnd();
    return stream.edits().map().firstCutFrom(Math.min(stream.acknowledged(), newEnd));
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
