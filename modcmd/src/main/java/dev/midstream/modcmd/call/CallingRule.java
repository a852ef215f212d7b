package dev.midstream.modcmd.call;

import dev.midstream.agent.Direction;

/**
 * When an agent is called, and with how many octets. The engine calls agents by this rule, and so
 * do playbooks. Not thread-safe.
 *
 * <p>Undecided octets are shown again with those that follow. An agent that needs more is not
 * called before they are there, the stream ends, or the other direction has changed the state. One
 * that awaits the other direction is not called before the stream ends or that has happened. One
 * that holds, or needs, more than it may is not shown the rest: what becomes of it must not depend
 * on how much had arrived.
 *
 * @param <C> a connection
 * @param <S> one direction of it
 */
public final class CallingRule<C, S> {
  /** Why the agent is called. */
  public enum Cause {
    /** Octets or the end of the stream arrived, or the last octet of a span has come. */
    GROWN,
    /** A call for the other direction changed the state. */
    OTHER_DIRECTION,
    /** Nothing came for the hold time. */
    SILENCE
  }

  /** Largest growth of a view from call to call, which bounds the output of one call. */
  public static final int VIEW_STEP_BYTES = 65_536;

  /** Limit on how often two directions wake each other without a decision. */
  public static final int MAX_IDLE_ROUNDS = 16;

  private final Caller<C, S> caller;

  /** A rule whose calls {@code caller} makes. */
  public CallingRule(Caller<C, S> caller) {
    this.caller = caller;
  }

  /** Calls the agent for {@code direction} as often as is due because of {@code cause}. */
  public void advance(C connection, Direction direction, Cause cause) {
    advance(connection, direction, cause, caller.revision(connection));
  }

  /**
   * Calls the agent for {@code direction} as often as is due. The other direction follows as long
   * as the agent's state changes. If both wake each other without deciding anything, the next
   * packet goes on.
   *
   * @param revisionBefore the revision before calls of the same packet that were made already
   */
  public void advance(C connection, Direction direction, Cause cause, int revisionBefore) {
    step(connection, direction, cause);
    Direction at = direction;
    int revision = revisionBefore;
    int idleRounds = 0;
    while (caller.revision(connection) != revision) {
      revision = caller.revision(connection);
      at = at.opposite();
      S stream = caller.stream(connection, at);
      if (idleRounds == MAX_IDLE_ROUNDS) {
        if (caller.undecidedLength(stream) > 0) {
          caller.cursor(stream).postponeRedelivery();
        }
        return;
      }
      long decidedBefore = caller.decided(stream);
      step(connection, at, Cause.OTHER_DIRECTION);
      idleRounds = caller.decided(stream) > decidedBefore ? 0 : idleRounds + 1;
    }
  }

  /**
   * Notes that a packet of {@code connection} has come: directions that have woken each other
   * without a decision go on. Nothing else that happens lets them, as that may follow from the
   * calls themselves.
   */
  public void begin(C connection) {
    for (Direction each : Direction.BOTH) {
      caller.cursor(caller.stream(connection, each)).endPostponement();
    }
  }

  /**
   * Makes calls that were due before and could not be made; to be called with each packet, and when
   * what blocked them has ended.
   *
   * @param hasMore whether the end of the stream, or opaque octets, were not taken care of
   */
  public void resume(C connection, Direction direction, boolean hasMore) {
    S stream = caller.stream(connection, direction);
    AgentCursor cursor = caller.cursor(stream);
    boolean unseen =
        caller.undecidedLength(stream) > cursor.shownLength() || caller.isSpanEndOwed(stream);
    if (cursor.needsRedelivery() && !caller.isBlocked(connection, stream)) {
      advance(connection, direction, Cause.OTHER_DIRECTION);
    } else if (hasMore || unseen) {
      advance(connection, direction, Cause.GROWN);
    }
  }

  private void step(C connection, Direction direction, Cause cause) {
    S stream = caller.stream(connection, direction);
    caller.applySpans(connection, stream);
    boolean due = isDue(stream, cause);
    if (due && cause == Cause.OTHER_DIRECTION && caller.isBlocked(connection, stream)) {
      caller.cursor(stream).requireRedelivery(true);
    }
    while (due && caller.makeRoom(connection, stream)) {
      call(connection, direction, stream, cause);
      caller.applySpans(connection, stream);
      due = isRestDue(connection, stream, cause);
    }
    caller.settle(connection, stream);
  }

  private void call(C connection, Direction direction, S stream, Cause cause) {
    AgentCursor cursor = caller.cursor(stream);
    cursor.requireRedelivery(false);
    int step = caller.viewStepBytes(stream);
    int maxLength = Math.max(cursor.needLength(), cursor.shownLength() + step);
    int length = Math.min(caller.undecidedLength(stream), maxLength);
    boolean flush = cause == Cause.SILENCE && length == caller.undecidedLength(stream);
    caller.call(connection, direction, stream, length, flush);
  }

  private boolean isDue(S stream, Cause cause) {
    AgentCursor cursor = caller.cursor(stream);
    int length = caller.undecidedLength(stream);
    boolean ends = caller.isComplete(stream) && !cursor.isEndShown();
    boolean grown =
        length > cursor.shownLength() && length >= cursor.needLength() && !cursor.isAwaitingOther();
    boolean last = ends || caller.isSpanEndOwed(stream);
    return last || (length > 0 && (grown || cause != Cause.GROWN));
  }

  /** Whether the rest is delivered at once, after a view of a part. */
  private boolean isRestDue(C connection, S stream, Cause cause) {
    AgentCursor cursor = caller.cursor(stream);
    int length = caller.undecidedLength(stream);
    boolean complete = caller.isComplete(stream);
    boolean enough =
        cursor.isAwaitingOther()
            ? complete && !cursor.isEndShown()
            : isWithinHold(connection, cursor)
                && (length >= cursor.needLength() || complete || cause == Cause.SILENCE);
    return (enough && length > cursor.shownLength()) || caller.isSpanEndOwed(stream);
  }

  private boolean isWithinHold(C connection, AgentCursor cursor) {
    int limit = caller.holdLimit(connection);
    return Math.max(cursor.shownLength(), cursor.needLength()) <= limit;
  }
}
