package dev.midstream.reassembly.deliver;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.store.OctetSlice;
import dev.midstream.reassembly.stream.AgentCursor;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.WaitTimes;

/**
 * Delivers every octet of a stream to the agent in order: held octets first, then new ones. The
 * decisions of one call apply all or not at all.
 */
public final class Delivery {
  /** Why the agent is called. */
  private enum Cause {
    GROWN,
    OTHER_DIRECTION,
    SILENCE
  }

  /** Largest growth of the view from call to call, which bounds the output of one call. */
  private static final int VIEW_STEP_BYTES = 65_536;

  /** R2 (RFC 1122 section 4.2.3.5): after this time without progress the sender may give up. */
  private static final long MAX_HELD_NANOS = 100_000_000_000L;

  /** Limit on how often two directions wake each other without a new octet. */
  private static final int MAX_ROUNDS = 16;

  private final EngineConfiguration configuration;
  private final MemoryBudget budget;
  private final Counters counters;
  private final EventSink events;
  private final BatchApplication application;
  private final EndOfEditing endOfEditing;
  private final AgentCall agent;
  private final Backpressure backpressure;
  private final OctetSlice shown = new OctetSlice();

  /** Creates the stage. */
  public Delivery(
      EngineConfiguration configuration,
      ExpectationTable expectations,
      MemoryBudget budget,
      Counters counters,
      EventSink events) {
    this.configuration = configuration;
    this.budget = budget;
    this.counters = counters;
    this.events = events;
    endOfEditing = new EndOfEditing(configuration.policies(), counters, events);
    application =
        new BatchApplication(configuration.rules(), expectations, counters, events, endOfEditing);
    backpressure = new Backpressure(configuration, budget);
    agent = new AgentCall(application, endOfEditing, counters);
  }

  /** Why the agent is not called for a while. */
  public Backpressure backpressure() {
    return backpressure;
  }

  /** Ends editing; for stages that detect the reason. */
  public EndOfEditing endOfEditing() {
    return endOfEditing;
  }

  /** Delivers the octets of an accepted segment from {@code orgFrom}. */
  public void accept(Segment segment, long orgFrom) {
    deliver(segment, segment.stream(), orgFrom);
    countHeld(segment.connection(), segment.stream());
  }

  /**
   * Skips a segment that finds no room. Octets that were held for R2 by then will never be decided,
   * so the hold policy applies.
   */
  public void leaveOut(Segment segment) {
    Stream stream = segment.stream();
    long heldNanos = segment.nowNanos() - stream.sender().waitTimes().heldSinceNanos();
    if (stream.sender().undecided().length() > 0 && heldNanos >= MAX_HELD_NANOS) {
      endOfEditing.holdLimit(segment.connection(), stream.sender().undecided().length());
      application.passOpaque(segment.connection(), stream);
    }
  }

  private void deliver(Segment segment, Stream stream, long orgFrom) {
    Connection connection = segment.connection();
    jumpTo(stream, orgFrom);
    arrived(segment, stream);
    if (isJoined(stream, segment.orgEnd())) {
      append(segment, stream, orgFrom, 0);
      while (isJoined(stream, stream.heldEnd())) {
        moveFirstDelayed(stream, stream.sender().delayed());
      }
      advance(connection, segment.direction(), Cause.GROWN, false);
      return;
    }
    boolean changed = deliverInPlace(segment, stream, orgFrom);
    advance(connection, segment.direction(), Cause.GROWN, changed);
  }

  /** Whether delayed octets are delivered together with those before {@code orgEnd}. */
  private boolean isJoined(Stream stream, long orgEnd) {
    return configuration.policies().outOfOrder() != Policies.OutOfOrder.DELAY_SINGLE
        && !stream.sender().delayed().isEmpty()
        && stream.sender().delayed().firstStart() <= orgEnd;
  }

  /** Delivers a segment without a copy if no octets are held; copies only what stays undecided. */
  private boolean deliverInPlace(Segment segment, Stream stream, long orgFrom) {
    Connection connection = segment.connection();
    int length = (int) (segment.orgEnd() - orgFrom);
    boolean direct =
        stream.sender().undecided().length() == 0
            && length >= stream.sender().cursor().needLength()
            && admits(connection, stream);
    if (!direct) {
      append(segment, stream, orgFrom, 0);
      return false;
    }
    shown.at(segment.memory(), segment.memoryOffsetOf(orgFrom), segment.packet().owner());
    int revision = connection.agentRevision();
    int decided = agent.run(connection, segment.direction(), shown, length, false);
    append(segment, stream, orgFrom, decided);
    stream.sender().cursor().shownLength(length - decided);
    return connection.agentRevision() != revision;
  }

  private static void append(Segment segment, Stream stream, long orgFrom, int from) {
    int length = (int) (segment.orgEnd() - orgFrom) - from;
    if (length > 0) {
      stream
          .sender()
          .undecided()
          .append(segment.memory(), segment.memoryOffsetOf(orgFrom) + from, length);
    }
  }

  /**
   * Delivers delayed segments after their gap is filled: all together or one in each call, as the
   * policy says.
   *
   * @return whether there were any
   */
  public boolean acceptDelayed(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    DelayedSegments delayed = stream.sender().delayed();
    boolean single = configuration.policies().outOfOrder() == Policies.OutOfOrder.DELAY_SINGLE;
    boolean any = false;
    while (isDelayedNext(connection, stream) && !(single && any)) {
      any |= moveFirstDelayed(stream, delayed);
    }
    if (any) {
      advance(connection, direction, Cause.GROWN, false);
    }
    return any;
  }

  /** Delivers the octets of a disputed segment, which were kept beside delayed ones. */
  public void acceptBeside(Segment segment) {
    arrived(segment, segment.stream());
    resume(segment.connection(), segment.direction());
    countHeld(segment.connection(), segment.stream());
  }

  private void countHeld(Connection connection, Stream stream) {
    if (stream.sender().undecided().length() > 0
        && !reportBlocked(connection, stream, "no agent is called for a while")) {
      counters.count(Reason.HELD);
    }
  }

  private boolean reportBlocked(Connection connection, Stream stream, String text) {
    Reason reason = backpressure.relieve(connection, stream);
    if (reason == null) {
      return false;
    }
    counters.count(reason);
    events.event(reason, connection.name(), text);
    return true;
  }

  private static void arrived(Segment segment, Stream stream) {
    if (segment.view().isPsh()) {
      stream.sender().pushMarks().add(segment.orgEnd());
    }
    stream.sender().waitTimes().heldSince(segment.nowNanos());
  }

  /** Whether a delayed segment follows held octets, or a gap of opaque octets. */
  public boolean isDelayedNext(Connection connection, Stream stream) {
    return stream.isDelayedNext()
        && (stream.sender().delayed().firstStart() <= stream.heldEnd()
            || mayJump(connection, stream, stream.sender().delayed().firstStart()));
  }

  /** Whether delayed octets may leave despite the gap, because all the rest is opaque. */
  public boolean isStranded(Connection connection, Stream stream) {
    return stream.edits().opaque().isEndless()
        && !stream.sender().delayed().isEmpty()
        && mayJump(connection, stream, stream.sender().delayed().firstEnd());
  }

  /**
   * Whether delayed octets up to {@code orgPosition} may skip the gap. They must not overtake
   * octets that wait for the window. A segment that only starts in the window is taken and waits
   * itself: it may be vouched for, so nothing may overtake it.
   */
  private boolean mayJump(Connection connection, Stream stream, long orgPosition) {
    boolean fits =
        stream.edits().map().before(orgPosition) <= stream.receiver().sendWindow().rightEdge();
    boolean unbound = isRecorded(connection) || connection.isPickedUp();
    return unbound || (fits && stream.newEnd() == stream.releasedEnd());
  }

  /** Delivers octets that no agent could be called for before, and the end of the stream. */
  public void resume(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    boolean ends = stream.isComplete() && !stream.edits().fin().isSettled();
    boolean unseen =
        stream.sender().undecided().length() > stream.sender().cursor().shownLength()
            || stream.edits().opaque().isOpen();
    if (stream.sender().cursor().needsRedelivery()
        && backpressure.relieve(connection, stream) == null) {
      advance(connection, direction, Cause.OTHER_DIRECTION, false);
    } else if (ends || unseen) {
      advance(connection, direction, Cause.GROWN, false);
    }
  }

  /** Flushes held octets after the hold time. What the agent leaves undecided passes. */
  public void flush(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    if (stream.sender().undecided().length() > 0) {
      advance(connection, direction, Cause.SILENCE, false);
      if (stream.sender().undecided().length() > 0) {
        reportBlocked(connection, stream, "held octets pass, no agent could be called");
      }
      application.passHeld(connection, stream);
      settle(connection, stream);
    }
  }

  /** Skips a gap inside an opaque span. */
  private static void jumpTo(Stream stream, long orgFrom) {
    if (orgFrom > stream.heldEnd()) {
      stream.edits().opaque().skipTo(orgFrom);
      stream.receiver().releaseTo(stream.newEnd());
    }
  }

  private static boolean moveFirstDelayed(Stream stream, DelayedSegments delayed) {
    jumpTo(stream, delayed.firstStart());
    long orgFrom = stream.heldEnd();
    int length = (int) (delayed.firstEnd() - orgFrom);
    if (length > 0) {
      if (delayed.firstPush()) {
        stream.sender().pushMarks().add(delayed.firstEnd());
      }
      stream
          .sender()
          .undecided()
          .append(delayed.firstMemory(), orgFrom - delayed.firstStart(), length);
    }
    delayed.removeFirst();
    return length > 0;
  }

  private void advance(
      Connection connection, Direction direction, Cause cause, boolean stateChanged) {
    boolean stepped = step(connection, direction, cause);
    boolean changed = stepped || stateChanged;
    Direction at = direction;
    for (int round = 0; changed && round < MAX_ROUNDS; round++) {
      at = at.opposite();
      changed = step(connection, at, Cause.OTHER_DIRECTION);
    }
  }

  /** Delivers what is due in one direction; returns whether the agent's state changed. */
  private boolean step(Connection connection, Direction direction, Cause cause) {
    Stream stream = connection.stream(direction);
    application.passOpaque(connection, stream);
    boolean changed = false;
    boolean due = isDue(stream, cause);
    if (due && cause == Cause.OTHER_DIRECTION && backpressure.relieve(connection, stream) != null) {
      stream.sender().cursor().requireRedelivery(true);
    }
    while (due && admits(connection, stream)) {
      changed |= runOnHeld(connection, direction, stream, cause == Cause.SILENCE);
      application.passOpaque(connection, stream);
      due = isRestDue(stream, cause);
    }
    keepWithinHold(connection, stream);
    settle(connection, stream);
    return changed;
  }

  private boolean runOnHeld(
      Connection connection, Direction direction, Stream stream, boolean flush) {
    AgentCursor cursor = stream.sender().cursor();
    cursor.requireRedelivery(false);
    int step = budget.isUnderPressure() ? stream.receiver().mssBytes() : VIEW_STEP_BYTES;
    int maxLength = Math.max(cursor.needLength(), cursor.shownLength() + step);
    int length = Math.min(stream.sender().undecided().length(), maxLength);
    boolean flushed = flush && length == stream.sender().undecided().length();
    shown.at(stream.sender().undecided().memory(), stream.sender().undecided().memoryOffset());
    int revision = connection.agentRevision();
    int decided = agent.run(connection, direction, shown, length, flushed);
    stream.sender().undecided().dropFront(decided);
    stream.sender().cursor().shownLength(length - decided);
    return connection.agentRevision() != revision;
  }

  private static boolean isDue(Stream stream, Cause cause) {
    int length = stream.sender().undecided().length();
    boolean ends = stream.isComplete() && !stream.sender().cursor().isEndShown();
    if (ends || (cause == Cause.SILENCE && length > 0)) {
      return true;
    }
    boolean grown =
        length > stream.sender().cursor().shownLength() || cause == Cause.OTHER_DIRECTION;
    return length > 0 && grown && length >= stream.sender().cursor().needLength();
  }

  /** Whether the rest is delivered at once, after a view of a part. */
  private static boolean isRestDue(Stream stream, Cause cause) {
    int length = stream.sender().undecided().length();
    boolean enough =
        length >= stream.sender().cursor().needLength()
            || stream.isComplete()
            || cause == Cause.SILENCE;
    return enough && length > stream.sender().cursor().shownLength();
  }

  /** Whether the agent may be called now; makes room for what it makes. */
  private boolean admits(Connection connection, Stream stream) {
    return !stream.edits().opaque().isOpen()
        && !stream.edits().fin().isSettled()
        && connection.isReadyForAgent()
        && backpressure.relieve(connection, stream) == null;
  }

  /** Applies the hold policy beyond the limit, and to all octets undecided at the end of stream. */
  private void keepWithinHold(Connection connection, Stream stream) {
    int held = stream.sender().undecided().length();
    if (held == 0 || !connection.isReadyForAgent() || stream.edits().opaque().isOpen()) {
      return;
    }
    Reason reason = backpressure.relieve(connection, stream);
    if (reason != null && isRecorded(connection) && held > configuration.limits().delayedBytes()) {
      // No window stops a recorded sender, and acknowledgements may be missing.
      endOfEditing.connection(connection, reason, "too much was not shown heldBytes=" + held);
      application.passOpaque(connection, stream);
      return;
    }
    int limit = Math.min(connection.terms().maxHeldBytes(), configuration.limits().holdBytes());
    if (stream.sender().cursor().isEndShown()
        || Math.max(stream.sender().cursor().shownLength(), stream.sender().cursor().needLength())
            > limit) {
      endOfEditing.holdLimit(connection, held);
      application.passOpaque(connection, stream);
    }
  }

  private boolean isRecorded(Connection connection) {
    return configuration.vantage() == Vantage.RECORDING
        || connection.handling() == Handling.MONITORED;
  }

  private static void settle(Connection connection, Stream stream) {
    WaitTimes waitTimes = stream.sender().waitTimes();
    if (stream.sender().undecided().length() > 0) {
      if (waitTimes.heldSinceNanos() == WaitTimes.NEVER) {
        waitTimes.heldSince(connection.seen().lastNanos());
      }
      return;
    }
    stream.sender().cursor().shownLength(0);
    stream.sender().cursor().requireRedelivery(false);
    waitTimes.heldSince(WaitTimes.NEVER);
    boolean asksAgent = connection.isReadyForAgent() && !stream.edits().opaque().isOpen();
    if (stream.isComplete() && (stream.sender().cursor().isEndShown() || !asksAgent)) {
      stream.edits().fin().settle();
    }
  }
}
