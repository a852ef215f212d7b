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
 * Shows the agent every octet of a stream once and in order: what was held, then what is new. One
 * call's decisions apply together or not at all.
 */
public final class Delivery {
  /** Why octets are shown. */
  private enum Cause {
    GROWN,
    OTHER_DIRECTION,
    SILENCE
  }

  /**
   * How many octets more than before one call shows at the most, so that what an agent makes of
   * them stays bounded too.
   */
  private static final int VIEW_STEP_BYTES = 65_536;

  /** R2 (RFC 1122 section 4.2.3.5): a sender that is not served for so long gives up, or may. */
  private static final long MOST_HELD_NANOS = 100_000_000_000L;

  /** How often two directions may wake each other without a new octet. */
  private static final int MOST_ROUNDS = 16;

  private final EngineConfiguration configuration;
  private final MemoryBudget budget;
  private final Counters counters;
  private final EventSink events;
  private final BatchApplication application;
  private final EndOfEditing endOfEditing;
  private final AgentCall agent;
  private final Backpressure backpressure;
  private final OctetSlice shown = new OctetSlice();

  /** A delivery stage that keeps within {@code configuration}'s limits. */
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

  /** Ends editing, for the stages that find out that it must. */
  public EndOfEditing endOfEditing() {
    return endOfEditing;
  }

  /** Takes the octets of an accepted segment from {@code orgFrom} on, and shows them. */
  public void accept(Segment segment, long orgFrom) {
    Stream stream = segment.stream();
    take(segment, stream, orgFrom);
    tellHeld(segment.connection(), stream);
  }

  /**
   * Leaves out a segment there is no room for. Held octets that nothing can follow for so long will
   * never be decided: the hold policy applies.
   */
  public void leaveOut(Segment segment) {
    Stream stream = segment.stream();
    long heldNanos = segment.nowNanos() - stream.sender().waitTimes().heldSinceNanos();
    if (stream.sender().undecided().length() > 0 && heldNanos >= MOST_HELD_NANOS) {
      endOfEditing.holdLimit(segment.connection(), stream.sender().undecided().length());
      application.passOpaque(segment.connection(), stream);
    }
  }

  private void take(Segment segment, Stream stream, long orgFrom) {
    Connection connection = segment.connection();
    jumpTo(stream, orgFrom);
    arrived(segment, stream);
    if (isJoined(stream, segment.orgEnd())) {
      append(segment, stream, orgFrom, 0);
      while (isJoined(stream, stream.heldEnd())) {
        takeFirst(stream, stream.sender().delayed());
      }
      advance(connection, segment.direction(), Cause.GROWN, false);
      return;
    }
    boolean changed = showWhereItLies(segment, stream, orgFrom);
    advance(connection, segment.direction(), Cause.GROWN, changed);
  }

  /** Whether delayed octets are to be shown together with those before {@code orgEnd}. */
  private boolean isJoined(Stream stream, long orgEnd) {
    return configuration.policies().outOfOrder() != Policies.OutOfOrder.DELAY_SINGLE
        && !stream.sender().delayed().isEmpty()
        && stream.sender().delayed().firstStart() <= orgEnd;
  }

  /** Shows a segment without copying it, if nothing is held before it; keeps what is undecided. */
  private boolean showWhereItLies(Segment segment, Stream stream, long orgFrom) {
    Connection connection = segment.connection();
    backpressure.makeRoom(connection, stream);
    int length = (int) (segment.orgEnd() - orgFrom);
    boolean direct =
        stream.sender().undecided().length() == 0
            && length >= stream.sender().cursor().needLength()
            && isReady(connection, stream);
    if (!direct) {
      append(segment, stream, orgFrom, 0);
      return false;
    }
    shown.at(segment.memory(), segment.memoryOffsetOf(orgFrom), segment.packet().owner());
    int revision = connection.agentRevision();
    int decided = agent.run(connection, segment.direction(), shown, length, false);
    append(segment, stream, orgFrom, decided);
    stream.sender().cursor().leftUndecided(length - decided);
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
   * Shows segments that waited behind a gap which is filled now: all together, or one for each
   * call, as the policy says.
   *
   * @return whether there were any
   */
  public boolean acceptDelayed(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    DelayedSegments delayed = stream.sender().delayed();
    boolean single = configuration.policies().outOfOrder() == Policies.OutOfOrder.DELAY_SINGLE;
    boolean any = false;
    while (isDelayedNext(connection, stream) && !(single && any)) {
      any |= takeFirst(stream, delayed);
    }
    if (any) {
      advance(connection, direction, Cause.GROWN, false);
    }
    return any;
  }

  /** Octets came that are next, and were kept beside delayed ones. */
  public void acceptBeside(Segment segment) {
    arrived(segment, segment.stream());
    resume(segment.connection(), segment.direction());
    tellHeld(segment.connection(), segment.stream());
  }

  private void tellHeld(Connection connection, Stream stream) {
    if (stream.sender().undecided().length() > 0
        && !tellBlocked(connection, stream, "no agent is called for a while")) {
      counters.count(Reason.HELD);
    }
  }

  private boolean tellBlocked(Connection connection, Stream stream, String text) {
    backpressure.makeRoom(connection, stream);
    Reason reason = backpressure.of(connection, stream);
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

  /** Whether a delayed segment follows what is held, or missing octets that are opaque. */
  public boolean isDelayedNext(Connection connection, Stream stream) {
    return stream.isDelayedNext()
        && (stream.sender().delayed().firstStart() <= stream.heldEnd()
            || mayJump(connection, stream, stream.sender().delayed().firstStart()));
  }

  /** Whether delayed octets may leave although some before them are missing: nobody looks. */
  public boolean isStranded(Connection connection, Stream stream) {
    return stream.edits().opaque().isForEver()
        && !stream.sender().delayed().isEmpty()
        && mayJump(connection, stream, stream.sender().delayed().firstEnd());
  }

  /**
   * A delayed segment passes nothing that waits for the window. One that only starts in the window
   * is taken and waits: nothing may pass it, for its sender may have been told of it.
   */
  private boolean mayJump(Connection connection, Stream stream, long orgPosition) {
    boolean fits =
        stream.edits().map().before(orgPosition) <= stream.receiver().sendWindow().rightEdge();
    boolean unbound = isRecorded(connection) || connection.isPickedUp();
    return unbound || (fits && stream.newEnd() == stream.releasedEnd());
  }

  /** Shows octets that were held before anybody could look at them, and an end that has come. */
  public void resume(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    backpressure.makeRoom(connection, stream);
    boolean ends = stream.isComplete() && !stream.edits().fin().isSettled();
    boolean unseen =
        stream.sender().undecided().length() > stream.sender().cursor().shownLength()
            || stream.edits().opaque().isOpen();
    if (stream.sender().cursor().isOwed() && !isBlocked(connection, stream)) {
      advance(connection, direction, Cause.OTHER_DIRECTION, false);
    } else if (ends || unseen) {
      advance(connection, direction, Cause.GROWN, false);
    }
  }

  /** Nothing came for the hold time: the agent decides as at an end; what it leaves passes. */
  public void flush(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    if (stream.sender().undecided().length() > 0) {
      advance(connection, direction, Cause.SILENCE, false);
      if (stream.sender().undecided().length() > 0) {
        tellBlocked(connection, stream, "held octets pass, no agent could be called");
      }
      application.passHeld(connection, stream);
      settle(connection, stream);
    }
  }

  /** What is missing of an opaque span is not waited for. */
  private static void jumpTo(Stream stream, long orgFrom) {
    if (orgFrom > stream.heldEnd()) {
      stream.edits().opaque().arrived(orgFrom);
      stream.receiver().releaseTo(stream.newEnd());
    }
  }

  private static boolean takeFirst(Stream stream, DelayedSegments delayed) {
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
    for (int round = 0; changed && round < MOST_ROUNDS; round++) {
      at = at.opposite();
      changed = step(connection, at, Cause.OTHER_DIRECTION);
    }
  }

  /** Shows one direction what it should see now; whether the agent's state changed. */
  private boolean step(Connection connection, Direction direction, Cause cause) {
    Stream stream = connection.stream(direction);
    application.passOpaque(connection, stream);
    backpressure.makeRoom(connection, stream);
    boolean changed = false;
    boolean wanted = isWanted(stream, cause);
    if (wanted && cause == Cause.OTHER_DIRECTION && isBlocked(connection, stream)) {
      stream.sender().cursor().owe(true);
    }
    while (wanted && isReady(connection, stream)) {
      changed |= runOnHeld(connection, direction, stream, cause == Cause.SILENCE);
      application.passOpaque(connection, stream);
      backpressure.makeRoom(connection, stream);
      wanted = isMoreWanted(stream, cause);
    }
    keepWithinHold(connection, stream);
    settle(connection, stream);
    return changed;
  }

  private boolean runOnHeld(
      Connection connection, Direction direction, Stream stream, boolean flush) {
    AgentCursor cursor = stream.sender().cursor();
    cursor.owe(false);
    int step = budget.isUnderPressure() ? stream.receiver().mssBytes() : VIEW_STEP_BYTES;
    int most = Math.max(cursor.needLength(), cursor.shownLength() + step);
    int length = Math.min(stream.sender().undecided().length(), most);
    boolean flushed = flush && length == stream.sender().undecided().length();
    shown.at(stream.sender().undecided().memory(), stream.sender().undecided().memoryOffset());
    int revision = connection.agentRevision();
    int decided = agent.run(connection, direction, shown, length, flushed);
    stream.sender().undecided().dropFront(decided);
    stream.sender().cursor().leftUndecided(length - decided);
    return connection.agentRevision() != revision;
  }

  private static boolean isWanted(Stream stream, Cause cause) {
    int length = stream.sender().undecided().length();
    boolean ends = stream.isComplete() && !stream.sender().cursor().isEndShown();
    if (ends || (cause == Cause.SILENCE && length > 0)) {
      return true;
    }
    boolean grown =
        length > stream.sender().cursor().shownLength() || cause == Cause.OTHER_DIRECTION;
    return length > 0 && grown && length >= stream.sender().cursor().needLength();
  }

  /** After a view of a part: whether the rest is to be shown now. */
  private static boolean isMoreWanted(Stream stream, Cause cause) {
    int length = stream.sender().undecided().length();
    boolean enough =
        length >= stream.sender().cursor().needLength()
            || stream.isComplete()
            || cause == Cause.SILENCE;
    return enough && length > stream.sender().cursor().shownLength();
  }

  private boolean isReady(Connection connection, Stream stream) {
    return !stream.edits().opaque().isOpen()
        && !stream.edits().fin().isSettled()
        && connection.isReadyForAgent()
        && !isBlocked(connection, stream);
  }

  /** Whether no agent is called, because too much waits for the receiver or for its answers. */
  public boolean isBlocked(Connection connection, Stream stream) {
    return backpressure.of(connection, stream) != null;
  }

  /** At an end of stream nothing more can come, so nothing may stay undecided. */
  private void keepWithinHold(Connection connection, Stream stream) {
    int held = stream.sender().undecided().length();
    if (held == 0 || !connection.isReadyForAgent() || stream.edits().opaque().isOpen()) {
      return;
    }
    Reason reason = backpressure.of(connection, stream);
    if (reason != null && isRecorded(connection) && held > configuration.limits().delayedBytes()) {
      // No window of the engine's stops the sender, and acknowledgements may be missing.
      endOfEditing.connection(connection, reason, "too much was not shown heldBytes=" + held);
      application.passOpaque(connection, stream);
      return;
    }
    int limit = Math.min(connection.terms().mostHeldBytes(), configuration.limits().holdBytes());
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
        waitTimes.heldSince(connection.lastNanos());
      }
      return;
    }
    stream.sender().cursor().leftUndecided(0);
    stream.sender().cursor().owe(false);
    waitTimes.heldSince(WaitTimes.NEVER);
    boolean asksAgent = connection.isReadyForAgent() && !stream.edits().opaque().isOpen();
    if (stream.isComplete() && (stream.sender().cursor().isEndShown() || !asksAgent)) {
      stream.edits().fin().settle();
    }
  }
}
