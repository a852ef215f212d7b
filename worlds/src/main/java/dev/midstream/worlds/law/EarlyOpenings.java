package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.KeptRecord;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Handshakes;
import dev.midstream.reassembly.flow.RecordMark;
import dev.midstream.worlds.law.Departures.Departure;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks that no SYN-ACK leaves before a record of both SYNs is committed, where it waits for that.
 * One of which no record is written does not wait: the connection is not edited. So one that left
 * without is judged when a record tells its SYNs. In each mode none may leave while a committed
 * record tells others of an edited connection: another engine would go on with that.
 */
final class EarlyOpenings {
  private final Supplier<Engine> engine;
  private final MemoryLog log;
  private final Map<ConnectionKey, Departure> early = new TreeMap<>(ConnectionKey.BY_ENDS);
  private Replica told = new Replica();
  private long applied;
  private long nanos;

  EarlyOpenings(Supplier<Engine> engine, MemoryLog log) {
    this.engine = engine;
    this.log = log;
  }

  /** Notes that more records are committed. */
  void commit() {
    advance(log.committed());
  }

  /** The records that are not committed are about to be lost. */
  void lose() {
    advance(log.appended());
    told = new Replica();
    applied = 0;
    early.clear();
  }

  /** Notes the SYN-ACKs of {@code left}, which left in a call. */
  void check(Departures left, long nowNanos) {
    nanos = nowNanos;
    boolean waits = log.state() != LogState.ALONE || log.noCopy() != NoCopy.CONTINUE;
    if (!waits) {
      early.clear();
      return;
    }
    advance(log.committed());
    left.forEach((key, segments) ->
        segments.stream()
            .filter(Departure::isSynAck)
            .filter(each -> !isTold(each))
            .forEach(this::addUntold));
  }

  /**
   * Notes a SYN-ACK that left, and of whose SYNs no committed record tells. One that opens nothing
   * passes: the connection of its ends is the same in the last record. So does one that opens by
   * itself, because the SYN before it was forgotten: no record is written before the SYN comes
   * again.
   */
  private void addUntold(Departure synAck) {
    LawBroken.unless(
        !tells(synAck.key(), EarlyOpenings::isEdited)
            || tellsAtLast(synAck.key(), copy -> isEdited(copy) && !isOf(synAck, copy)),
        Law.TAKEOVER,
        () -> "a SYN-ACK leaves before the connection before is closed: " + name(synAck));
    if (log.mode().delaysOpening() && tellsAtLast(synAck.key(), copy -> isOfEither(synAck, copy))) {
      early.put(synAck.key(), synAck);
    }
  }

  private void advance(long number) {
    if (applied == number) {
      return;
    }
    while (applied < number) {
      told.apply(log.record(++applied), nanos);
    }
    Iterator<Departure> all = early.values().iterator();
    while (all.hasNext()) {
      Departure each = all.next();
      if (isTold(each)) {
        LawBroken.unless(
            !mustWait(each),
            Law.TAKEOVER,
            () -> "a SYN-ACK leaves before its record is committed: " + name(each));
        all.remove();
      }
    }
  }

  private static String name(Departure synAck) {
    return synAck.key().name(true);
  }

  private static boolean isEdited(Connection copy) {
    return copy.handling() == Handling.EDITED && copy.handshakes().isWhole();
  }

  /** Whether a committed record tells the SYNs of a SYN-ACK. */
  private boolean isTold(Departure synAck) {
    return tells(synAck.key(), copy -> isOfEither(synAck, copy));
  }

  private static boolean isOfEither(Departure synAck, Connection copy) {
    return isOf(synAck, copy) || isOf(synAck, copy.handshakes().alternative());
  }

  private static boolean isOf(Departure synAck, @Nullable Connection copy) {
    if (copy == null) {
      return false;
    }
    Handshakes handshakes = copy.handshakes();
    Direction direction = synAck.directionIn(copy.key());
    return handshakes.isWhole() && handshakes.sequence(direction) == synAck.sequence();
  }

  /** Whether SYN-ACKs of the connection of {@code synAck} wait for its record. */
  private boolean mustWait(Departure synAck) {
    return tells(
        synAck.key(),
        copy -> copy.handling() == Handling.EDITED || RecordMark.isAnsweredAndExpected(copy));
  }

  /** Whether a committed record of the connection of {@code key} fits {@code condition}. */
  boolean tells(ConnectionKey key, Predicate<Connection> condition) {
    return tells(told, key, condition);
  }

  /** Whether the last record of the connection of {@code key} fits, committed or not. */
  boolean tellsAtLast(ConnectionKey key, Predicate<Connection> condition) {
    Replica all = new Replica();
    for (long number = 1; number <= log.appended(); number++) {
      all.apply(log.record(number), nanos);
    }
    return tells(all, key, condition);
  }

  private boolean tells(Replica replica, ConnectionKey key, Predicate<Connection> condition) {
    List<KeptRecord> records = replica.find(key);
    if (records == null) {
      return false;
    }
    Connection copy = engine.get().moves().read(records, nanos);
    try {
      return condition.test(copy);
    } finally {
      copy.free();
    }
  }
}
