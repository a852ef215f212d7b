package dev.midstream.reassembly.deliver;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
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

  /** R2 (RFC 1122 section 4.2.3.5): after this time without progress the sender may give up. */
  private static final long MAX_HELD_NANOS = 100_000_000_000L;

  /** Limit on how often two directions wake each other without a new octet. */
  private static final int MAX_ROUNDS = 16;

  private final EngineLimits limits;
  private final MemoryBudget budget;
  private final Counters counters;
  private final EventSink events;
  private final ReceiveQueue queue;
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
    limits = configuration.limits();
    this.budget = budget;
    this.counters = counters;
    this.events = events;
    queue = new ReceiveQueue(configuration);
    endOfEditing = new EndOfEditing(configuration.policies(), counters, events);
    application =
        new BatchApplication(configuration.rules(), expectations, counters, events, endOfEditing);
    backpressure = new Backpressure(configuration, budget);
    agent = new AgentCall(application, endOfEditing, counters);
  }

  /** Which delayed octets are next. */
  public ReceiveQueue queue() {
    return queue;
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
    ReceiveQueue.skipGap(stream, orgFrom);
    ReceiveQueue.noteArrival(segment);
    if (queue.isJoined(stream, segment.orgEnd())) {
      ReceiveQueue.append(segment, orgFrom);
      while (queue.isJoined(stream, stream.heldEnd())) {
        ReceiveQueue.appendFirstDelayed(stream);
      }
    } else {
      deliverInPlace(segment, stream, orgFrom);
    }
    advance(connection, segment.direction(), Cause.GROWN, revision);
    countHeld(connection, stream);
  }

  /** Delivers a segment without a copy if no octets are held; copies only what stays undecided. */
  private void deliverInPlace(Segment segment, Stream stream, long orgFrom) {
    int length = (int) (segment.orgEnd() - orgFrom);
    int decided = 0;
    if (stream.sender().undecided().length() == 0
        && length >= stream.sender().cursor().needLength()
        && admits(segment.connection(), stream)) {
      shown.at(segment.memory(), segment.memoryOffsetOf(orgFrom), segment.packet().owner());
      decided = agent.run(segment.connection(), segment.direction(), shown, length, false);
    }
    ReceiveQueue.append(segment, orgFrom + decided);
  }

  /**
   * Skips a segment that finds no room. Octets that were held for R2 by then will never be decided,
   * so the hold policy applies.
   */
  public void leaveOut(Segment segment) {
    Stream stream = segment.stream();
    int held = stream.sender().undecided().length();
    long heldNanos = segment.nowNanos() - stream.sender().waitTimes().heldSinceNanos();
    if (held > 0 && heldNanos >= MAX_HELD_NANOS) {
      endOfEditing.holdLimit(segment.connection(), held);
      application.passOpaque(segment.connection(), stream);
    }
  }

  /**
   * Delivers delayed segments after their gap is filled: all together or one in each call, as the
   * policy says.
   *
   * @return whether there were any
   */
  public boolean acceptDelayed(Connection connection, Direction direction) {
    boolean any = queue.appendDelayed(connection, connection.stream(direction));
    if (any) {
      advance(connection, direction, Cause.GROWN);
    }
    return any;
  }

  /** Delivers the octets of a disputed segment, which were kept beside delayed ones. */
  public void acceptBeside(Segment segment) {
    ReceiveQueue.noteArrival(segment);
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

  /** Delivers octets that no agent could be called for before, and the end of the stream. */
  public void resume(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    AgentCursor cursor = stream.sender().cursor();
    boolean ends = stream.isComplete() && !stream.edits().fin().isSettled();
    boolean unseen =
        stream.sender().undecided().length() > cursor.shownLength()
            || stream.edits().opaque().isOpen();
    if (cursor.needsRedelivery() && backpressure.relieve(connection, stream) == null) {
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
      }
      application.passHeld(connection, stream);
      settle(connection, stream);
    }
  }

  private void advance(Connection connection, Direction direction, Cause cause) {
    advance(connection, direction, cause, connection.agentRevision());
  }

  /** Delivers what is due. The other direction follows as long as the agent's state changes. */
  private void advance(
      Connection connection, Direction direction, Cause cause, int revisionBefore) {
    step(connection, direction, cause);
    Direction at = direction;
    int revision = revisionBefore;
    for (int i = 0; i < MAX_ROUNDS && connection.agentRevision() != revision; i++) {
      revision = connection.agentRevision();
      at = at.opposite();
      step(connection, at, Cause.OTHER_DIRECTION);
    }
  }

  private void step(Connection connection, Direction direction, Cause cause) {
    Stream stream = connection.stream(direction);
    application.passOpaque(connection, stream);
    boolean due = isDue(stream, cause);
    if (due && cause == Cause.OTHER_DIRECTION && backpressure.relieve(connection, stream) != null) {
      stream.sender().cursor().requireRedelivery(true);
    }
    while (due && admits(connection, stream)) {
      runOnHeld(connection, direction, stream, cause == Cause.SILENCE);
      application.passOpaque(connection, stream);
      due = isRestDue(stream, cause);
    }
    keepWithinHold(connection, stream);
    settle(connection, stream);
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
    undecided.dropFront(agent.run(connection, direction, shown, length, flushed));
  }

  private static boolean isDue(Stream stream, Cause cause) {
    AgentCursor cursor = stream.sender().cursor();
    int length = stream.sender().undecided().length();
    boolean ends = stream.isComplete() && !cursor.isEndShown();
    boolean grown = length > cursor.shownLength() || cause == Cause.OTHER_DIRECTION;
    boolean enough = (grown && length >= cursor.needLength()) || cause == Cause.SILENCE;
    return ends || (length > 0 && enough);
  }

  /** Whether the rest is delivered at once, after a view of a part. */
  private static boolean isRestDue(Stream stream, Cause cause) {
    AgentCursor cursor = stream.sender().cursor();
    int length = stream.sender().undecided().length();
    boolean enough = length >= cursor.needLength() || stream.isComplete() || cause == Cause.SILENCE;
    return enough && length > cursor.shownLength();
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
    AgentCursor cursor = stream.sender().cursor();
    int limit = Math.min(connection.terms().maxHeldBytes(), limits.holdBytes());
    Reason reason = backpressure.relieve(connection, stream);
    if (reason != null && queue.isRecorded(connection) && held > limits.delayedBytes()) {
      // No window stops a recorded sender, and acknowledgements may be missing.
      endOfEditing.connection(connection, reason, "too much was not shown heldBytes=" + held);
    } else if (cursor.isEndShown() || Math.max(cursor.shownLength(), cursor.needLength()) > limit) {
      endOfEditing.holdLimit(connection, held);
    }
    application.passOpaque(connection, stream);
  }

  private static void settle(Connection connection, Stream stream) {
    AgentCursor cursor = stream.sender().cursor();
    WaitTimes waitTimes = stream.sender().waitTimes();
    if (stream.sender().undecided().length() > 0) {
      if (waitTimes.heldSinceNanos() == WaitTimes.NEVER) {
        waitTimes.heldSince(connection.seen().lastNanos());
      }
      return;
    }
    cursor.shownLength(0);
    cursor.requireRedelivery(false);
    waitTimes.heldSince(WaitTimes.NEVER);
    boolean asksAgent = connection.isReadyForAgent() && !stream.edits().opaque().isOpen();
    if (stream.isComplete() && (cursor.isEndShown() || !asksAgent)) {
      stream.edits().fin().settle();
    }
  }
}
