package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.command.CommandList;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.RecordMark;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Edits;
import dev.midstream.reassembly.stream.ReceiverSide;
import dev.midstream.reassembly.stream.Stream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks that nothing waits for a record that need not: neither what is in a committed record, nor
 * what the mode lets leave before its record is written. It takes its own account of what was
 * decided when each record was written.
 */
final class WaitChecks {
  private final Supplier<Engine> engine;
  private final MemoryLog log;
  private final Deque<Written> written = new ArrayDeque<>();
  private final IdentityHashMap<Stream, Recorded> committed = new IdentityHashMap<>();

  /**
   * What a record says of a stream.
   *
   * @param spanEnd the end of an opaque span that was open, in original space; D if none was
   * @param commands the commands that were appended
   * @param custody the end of the octets that are in custody, or may be once it is committed
   */
  private record Recorded(
      long decided,
      long newEnd,
      long spanEnd,
      long commands,
      long custody,
      boolean fin,
      boolean rest) {

    static Recorded of(Stream stream) {
      Edits edits = stream.edits();
      return new Recorded(
          stream.decided(),
          stream.newEnd(),
          spanEndOf(stream),
          edits.commands().appended(),
          edits.recordedCustodyEnd(),
          edits.fin().isSettled(),
          edits.opaque().isEndless());
    }

    private static long spanEndOf(Stream stream) {
      Edits edits = stream.edits();
      boolean passes = edits.opaque().isOpen() && !edits.dropped().isOpen();
      return passes ? edits.opaque().end() : stream.decided();
    }

    /** The end of what is committed, in new space. */
    long endIn(Stream stream) {
      boolean isSameSpan = spanEnd > decided && spanEndOf(stream) == spanEnd;
      long end = newEnd;
      if (isSameSpan) {
        end = spanEnd == Long.MAX_VALUE ? spanEnd : newEnd + (spanEnd - decided);
      }
      CommandList commands = stream.edits().commands();
      int later = later(commands);
      return later == 0 ? end : Math.min(end, commands.newSeq(commands.size() - later));
    }

    /** Whether an insertion at {@code newPosition} came after the record. */
    boolean lacksInsertion(Stream stream, long newPosition) {
      CommandList commands = stream.edits().commands();
      for (int i = commands.size() - later(commands); i < commands.size(); i++) {
        if (commands.orgLength(i) == 0 && commands.newSeq(i) <= newPosition) {
          return true;
        }
      }
      return false;
    }

    private int later(CommandList now) {
      return (int) Math.min(now.appended() - commands, now.size());
    }
  }

  /** What is in records when those up to {@code number} are committed. */
  private record Written(long number, IdentityHashMap<Stream, Recorded> streams) {}

  WaitChecks(Supplier<Engine> engine, MemoryLog log) {
    this.engine = engine;
    this.log = log;
  }

  /** Notes what is in records now. */
  void noteAppended(long nowNanos) {
    IdentityHashMap<Stream, Recorded> now = new IdentityHashMap<>();
    engine
        .get()
        .forEachConnection(connection -> {
          if (isEdited(connection) && isWritten(connection, nowNanos)) {
            Direction.BOTH.forEach(
                each -> now.put(connection.stream(each), Recorded.of(connection.stream(each))));
          }
        });
    written.add(new Written(log.appended(), now));
  }

  private static boolean isEdited(Connection connection) {
    return connection.hasStreams() && connection.handling() == Handling.EDITED;
  }

  private boolean isWritten(Connection connection, long nowNanos) {
    @Nullable RecordMark mark = connection.record();
    return mark != null && engine.get().isRecorded(connection) && mark.isOf(connection, nowNanos);
  }

  /** Notes that more records are committed. */
  void commit() {
    while (!written.isEmpty() && written.element().number() <= log.committed()) {
      committed.putAll(written.remove().streams());
    }
  }

  /** The records that are not committed are lost. */
  void lose() {
    written.clear();
  }

  /** Another engine goes on. */
  void forget() {
    written.clear();
    committed.clear();
  }

  /** Checks all connections after a call. */
  void check(long nowNanos) {
    engine
        .get()
        .forEachConnection(connection -> {
          if (isEdited(connection) && connection.resetReason() == null) {
            Direction.BOTH.forEach(each -> check(connection, each, nowNanos));
          }
        });
  }

  private void check(Connection connection, Direction direction, long nowNanos) {
    Stream stream = connection.stream(direction);
    @Nullable Recorded known = committed.get(stream);
    Edits edits = stream.edits();
    if (known == null || !edits.commit().isOn() || edits.commit().isHeld()) {
      return;
    }
    LawBroken.unless(
        connection.openPhase().isSenderReset(direction) || isShown(connection, stream, known),
        Law.TAKEOVER,
        () ->
            "is not acknowledged: shown="
                + stream.sender().advertised()
                + " of="
                + stream.decided()
                + " at="
                + nowNanos);
    LawBroken.unless(
        connection.openPhase().isSenderReset(direction)
            || CustodyWait.isOver(connection, stream, known.custody()),
        Law.TAKEOVER,
        () ->
            "custody waits though it is committed: %s %s at=%d"
                .formatted(CustodyWait.text(stream), known, nowNanos));
    if (stream.headers().isTemplateKnown() && !connection.openPhase().isReceiverReset(direction)) {
      checkOctets(connection, stream, known, nowNanos);
    }
  }

  /**
   * Whether what the receiver has is acknowledged as far as it is committed. What the engine
   * reported by SACK may wait with it for the record of its custody, and so may custody that ends
   * in octets that the receiver has reported.
   */
  private static boolean isShown(Connection connection, Stream stream, Recorded known) {
    boolean mayWait =
        !connection.hasEndpointAt(Vantage.INLINE)
            || connection.reverse(stream).headers().acknowledgement() == Long.MIN_VALUE
            || !stream.sender().custody().vouched().isEmpty()
            || isCustodyWaiting(stream)
            || stream.receiver().inherited().isUnheard();
    long end = committedEnd(stream, known);
    return mayWait || end <= 0 || stream.sender().advertised() >= end;
  }

  private static boolean isCustodyWaiting(Stream stream) {
    return stream.edits().custodyEnd() > stream.sender().advertised()
        && !stream.receiver().scoreboard().sacked().isEmpty();
  }

  /**
   * The end of what the receiver has and what is committed, in original space. Deleted octets after
   * what it has acknowledged count only if no octets are in flight, because its next ACK may cover
   * them.
   */
  private static long committedEnd(Stream stream, Recorded known) {
    boolean isAll =
        stream.acknowledged() >= Math.max(stream.newEnd(), stream.newNext())
            && known.endIn(stream) >= stream.newEnd();
    return Math.min(known.decided(), isAll ? stream.decided() : receivedEnd(stream));
  }

  /** What the receiver has acknowledged, without deleted octets after it; 0 if it is not known. */
  private static long receivedEnd(Stream stream) {
    CommandList commands = stream.edits().commands();
    long newEnd = Math.min(stream.acknowledged(), stream.newEnd());
    long end = stream.edits().map().acknowledgement(newEnd);
    for (int i = commands.size() - 1; i >= 0; i--) {
      boolean isDeletion = commands.newLength(i) == 0 && commands.newSeq(i) == newEnd;
      end = isDeletion && commands.orgEnd(i) == end ? commands.orgSeq(i) : end;
    }
    return end > commands.basePosition() ? end : 0;
  }

  private void checkOctets(Connection connection, Stream stream, Recorded known, long nowNanos) {
    Edits edits = stream.edits();
    long released = stream.releasedEnd();
    boolean hasOctets = released < stream.newEnd();
    LawBroken.unless(
        !known.fin() || hasOctets || !edits.fin().isPending(released),
        Law.TAKEOVER,
        () -> "a FIN waits that is committed: " + known + " nanos=" + nowNanos);
    if (!hasOctets || isLimited(connection, stream, released)) {
      return;
    }
    LawBroken.unless(
        released >= known.endIn(stream),
        Law.TAKEOVER,
        () -> "waits though it is committed: rel=" + released + " " + known + " at=" + nowNanos);
    LawBroken.unless(
        mayWait(connection, stream, known),
        Law.TAKEOVER,
        () -> "waits though it need not: rel=" + released + " " + known + " at=" + nowNanos);
  }

  /** Whether octets that fit the window may wait before the record that is missing. */
  private boolean mayWait(Connection connection, Stream stream, Recorded known) {
    boolean isExact = connection.terms().replaysExactly();
    return log.mode().of(isExact, connection.isPickedUp()).delaysOctets()
        || stream.edits().commit().isFlushAwaited()
        || (stream.edits().opaque().isEndless() && !known.rest())
        || known.lacksInsertion(stream, stream.releasedEnd());
  }

  /** Whether the receiver's window, the pace or the engine's congestion window keep octets back. */
  private static boolean isLimited(Connection connection, Stream stream, long released) {
    ReceiverSide receiver = stream.receiver();
    if (!connection.hasEndpointAt(Vantage.INLINE)) {
      return false;
    }
    return receiver.sendWindow().rightEdge() <= released
        || stream.edits().omitted().isMissing(released)
        || receiver.pacer().end() <= released
        || isCongested(stream, released);
  }

  private static boolean isCongested(Stream stream, long released) {
    long windowBytes = stream.receiver().retransmit().congestionWindowBytes();
    return stream.newOwned() > released
        && (windowBytes == 0 || stream.acknowledged() + windowBytes <= released);
  }
}
