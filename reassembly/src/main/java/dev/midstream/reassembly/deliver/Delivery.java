package dev.midstream.reassembly.deliver;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.store.OctetBuffer;
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

  /** Limit on how often two directions wake each other without a decision. */
  private static final int MAX_IDLE_ROUNDS = 16;

  private final Vantage vantage;
  private final EngineLimits limits;
  private final MemoryBudget budget;
  private final Counters counters;
  private final EventSink events;
  private final GapPolicy gaps;
  private final BatchApplication application;
  private final EndOfEditing endOfEditing;
  private final AgentCall agent;
  private final Backpressure backpressure;
  private final OctetSlice shown = new OctetSlice();

  public Delivery(
      EngineConfiguration configuration,
      ExpectationTable expectations,
      MemoryBudget budget,
      Counters counters,
      EventSink events) {
    vantage = configuration.vantage();
    limits = configuration.limits();
    this.budget = budget;
    this.counters = counters;
    this.events = events;
    gaps = new GapPolicy(configuration);
    endOfEditing = new EndOfEditing(configuration.policies(), counters, events);
    application =
        new BatchApplication(configuration.rules(), expectations, counters, events, endOfEditing);
    backpressure = new Backpressure(configuration);
    agent = new AgentCall(application, endOfEditing, counters);
  }

  /** When delayed octets are delivered. */
  public GapPolicy gaps() {
    return gaps;
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
    Connection connection = segment.connection();
    Stream stream = segment.stream();
    int revision = connection.agentRevision();
    stream.skipGap(orgFrom);
    noteArrival(segment);
    long orgHeldBefore = stream.heldEnd();
    if (gaps.isJoined(stream, segment.orgEnd())) {
      append(segment, orgFrom);
      while (gaps.isJoined(stream, stream.heldEnd())) {
        stream.appendDelayed(false);
      }
    } else {
      deliverInPlace(segment, stream, orgFrom);
    }
    advance(connection, segment.direction(), Cause.GROWN, revision);
    if (Math.max(stream.decided(), stream.edits().custodyEnd()) >= orgHeldBefore) {
      stream.sender().waitTimes().restartUnanswered(segment.nowNanos());
    }
    countHeld(connection, stream);
  }

  /** Notes the arrival of octets; a segment with PSH is released with PSH. */
  private static void noteArrival(Segment segment) {
    if (segment.view().isPsh()) {
      segment.stream().sender().pushMarks().add(segment.orgEnd());
    }
    segment.stream().sender().waitTimes().setHeldSince(segment.nowNanos());
  }

  private static void append(Segment segment, long orgFrom) {
    int length = (int) (segment.orgEnd() - orgFrom);
    if (length > 0) {
      long offset = segment.memoryOffsetOf(orgFrom);
      segment.stream().sender().hold(segment.memory(), offset, length);
    }
  }

  /**
   * Delivers or deletes a segment without a copy if no octets are held; copies only what stays
   * undecided.
   */
  private void deliverInPlace(Segment segment, Stream stream, long orgFrom) {
    int length = (int) (segment.orgEnd() - orgFrom);
    int decided = 0;
    if (stream.sender().undecided().length() == 0 && stream.edits().dropped().isOpen()) {
      decided = application.dropNext(stream, length);
    } else if (stream.sender().undecided().length() == 0
        && length >= stream.sender().cursor().needLength()
        && makeRoomForCall(segment.connection(), stream)) {
      shown.at(segment.memory(), segment.memoryOffsetOf(orgFrom), segment.packet().owner());
      decided = agent.run(segment.connection(), segment.direction(), shown, length, false);
    }
    append(segment, orgFrom + decided);
  }

  /**
   * Notes that {@code segment}, which is next, found no room. Applies the hold policy if octets
   * were held for 100 s and an agent could be called: what waits for the receiver is not the
   * agent's.
   */
  public void expireHold(Segment segment) {
    Stream stream = segment.stream();
    stream.sender().waitTimes().noteNextRefused();
    int held = stream.sender().undecided().length();
    long heldNanos = segment.nowNanos() - stream.sender().waitTimes().heldSinceNanos();
    if (held > 0
        && heldNanos >= WaitTimes.GIVE_UP_NANOS
        && backpressure.of(segment.connection(), stream) == null) {
      endOfEditing.holdLimit(segment.connection(), held);
      application.applySpans(segment.connection(), stream);
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
    boolean any = false;
    while (gaps.isDelayedNext(connection, stream) && !(gaps.isSingle() && any)) {
      any |= stream.appendDelayed(gaps.isSingle());
    }
    if (any) {
      advance(connection, direction, Cause.GROWN);
    }
    return any;
  }

  /** Delivers the octets of a disputed segment, which were kept beside delayed ones. */
  public void acceptBeside(Segment segment) {
    noteArrival(segment);
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
    Reason reason = backpressure.of(connection, stream);
    if (reason == null) {
      return false;
    }
    counters.count(reason);
    events.event(reason, connection.name(), text);
    return true;
  }

  /** Delivers octets that no agent could be called for before, and the end of the stream. */
  public void resume(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    AgentCursor cursor = stream.sender().cursor();
    boolean ends = stream.isComplete() && !stream.edits().fin().isSettled();
    boolean unseen =
        stream.sender().undecided().length() > cursor.shownLength()
            || stream.edits().opaque().isOpen()
            || stream.edits().isSpanEndOwed();
    if (cursor.needsRedelivery() && backpressure.of(connection, stream) == null) {
      advance(connection, direction, Cause.OTHER_DIRECTION);
    } else if (ends || unseen) {
      advance(connection, direction, Cause.GROWN);
    }
  }

  /** Flushes held octets after the hold time. What the agent leaves undecided passes. */
  public void flush(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    if (stream.sender().undecided().length() > 0) {
      advance(connection, direction, Cause.SILENCE);
      if (stream.sender().undecided().length() > 0) {
        reportBlocked(connection, stream, "held octets pass, no agent could be called");
        application.passHeld(connection, stream);
        updateHoldState(connection, stream);
      }
    }
  }

  private void advance(Connection connection, Direction direction, Cause cause) {
    advance(connection, direction, cause, connection.agentRevision());
  }

  /**
   * Delivers what is due. The other direction follows as long as the agent's state changes. If both
   * wake each other without deciding anything, the next packet goes on.
   */
  private void advance(
      Connection connection, Direction direction, Cause cause, int revisionBefore) {
    step(connection, direction, cause);
    Direction at = direction;
    int revision = revisionBefore;
    int idleRounds = 0;
    while (connection.agentRevision() != revision) {
      revision = connection.agentRevision();
      at = at.opposite();
      Stream stream = connection.stream(at);
      if (idleRounds == MAX_IDLE_ROUNDS) {
        stream.sender().cursor().requireRedelivery(stream.sender().undecided().length() > 0);
        return;
      }
      long decidedBefore = stream.decided();
      step(connection, at, Cause.OTHER_DIRECTION);
      idleRounds = stream.decided() > decidedBefore ? 0 : idleRounds + 1;
    }
  }

  private void step(Connection connection, Direction direction, Cause cause) {
    Stream stream = connection.stream(direction);
    if (stream.isComplete()) {
      stream.endAtFin();
    }
    application.applySpans(connection, stream);
    boolean due = isDue(stream, cause);
    if (due && cause == Cause.OTHER_DIRECTION && backpressure.of(connection, stream) != null) {
      stream.sender().cursor().requireRedelivery(true);
    }
    while (due && makeRoomForCall(connection, stream)) {
      runOnHeld(connection, direction, stream, cause == Cause.SILENCE);
      application.applySpans(connection, stream);
      due = isRestDue(stream, cause);
    }
    keepWithinHold(connection, stream);
    updateHoldState(connection, stream);
  }

  private void runOnHeld(Connection connection, Direction direction, Stream stream, boolean flush) {
    OctetBuffer undecided = stream.sender().undecided();
    AgentCursor cursor = stream.sender().cursor();
    cursor.requireRedelivery(false);
    int step = budget.isUnderPressure() ? stream.receiver().mssBytes() : VIEW_STEP_BYTES;
    int maxLength = Math.max(cursor.needLength(), cursor.shownLength() + step);
    int length = Math.min(undecided.length(), maxLength);
    boolean flushed = flush && length == undecided.length();
    shown.at(undecided.memory(), undecided.memoryOffset());
    stream.sender().dropHeld(agent.run(connection, direction, shown, length, flushed));
  }

  private static boolean isDue(Stream stream, Cause cause) {
    AgentCursor cursor = stream.sender().cursor();
    int length = stream.sender().undecided().length();
    boolean ends = stream.isComplete() && !cursor.isEndShown();
    boolean grown = length > cursor.shownLength() && length >= cursor.needLength();
    boolean last = ends || stream.edits().isSpanEndOwed();
    return last || (length > 0 && (grown || cause != Cause.GROWN));
  }

  /** Whether the rest is delivered at once, after a view of a part. */
  private static boolean isRestDue(Stream stream, Cause cause) {
    AgentCursor cursor = stream.sender().cursor();
    int length = stream.sender().undecided().length();
    boolean enough = length >= cursor.needLength() || stream.isComplete() || cause == Cause.SILENCE;
    return (enough && length > cursor.shownLength()) || stream.edits().isSpanEndOwed();
  }

  /** Makes room for the output of the agent; returns whether it may be called now. */
  private boolean makeRoomForCall(Connection connection, Stream stream) {
    return asksAgent(connection, stream)
        && !stream.edits().fin().isSettled()
        && backpressure.of(connection, stream) == null;
  }

  /** Whether the agent decides the undecided octets, not a reset or a span. */
  private static boolean asksAgent(Connection connection, Stream stream) {
    return connection.isReadyForAgent() && !stream.edits().isSpanOpen();
  }

  /** Applies the hold policy beyond the limit, and to all octets undecided at the end of stream. */
  private void keepWithinHold(Connection connection, Stream stream) {
    int held = stream.sender().undecided().length();
    if (held == 0 || !asksAgent(connection, stream)) {
      return;
    }
    AgentCursor cursor = stream.sender().cursor();
    int limit = Math.min(connection.terms().maxHeldBytes(), limits.holdBytes());
    Reason reason = backpressure.of(connection, stream);
    if (reason != null && connection.isOriginalReceived(vantage) && held > limits.delayedBytes()) {
      // No window stops a recorded sender, and acknowledgements may be missing.
      endOfEditing.connection(connection, reason, "too much was not shown heldBytes=" + held);
    } else if (cursor.isEndShown() || Math.max(cursor.shownLength(), cursor.needLength()) > limit) {
      endOfEditing.holdLimit(connection, held);
    }
    application.applySpans(connection, stream);
  }

  /** Starts the hold time of undecided octets. Without any, the end of the stream is settled. */
  private static void updateHoldState(Connection connection, Stream stream) {
    AgentCursor cursor = stream.sender().cursor();
    WaitTimes waitTimes = stream.sender().waitTimes();
    if (stream.sender().undecided().length() > 0) {
      if (waitTimes.heldSinceNanos() == WaitTimes.NEVER) {
        waitTimes.setHeldSince(connection.seen().lastNanos());
      }
      return;
    }
    cursor.setShownLength(0);
    cursor.requireRedelivery(false);
    waitTimes.setHeldSince(WaitTimes.NEVER);
    if (stream.isComplete() && (cursor.isEndShown() || !asksAgent(connection, stream))) {
      stream.edits().settleFin();
    }
  }
}
