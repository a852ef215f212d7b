package dev.midstream.reassembly.deliver;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.call.AgentCursor;
import dev.midstream.modcmd.call.Caller;
import dev.midstream.modcmd.call.CallingRule;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.store.OctetBuffer;
import dev.midstream.reassembly.store.OctetSlice;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.WaitTimes;

/** Calls agents with held octets or in place, and applies the hold policy to the undecided rest. */
final class AgentCaller implements Caller<Connection, Stream> {
  private final Vantage vantage;
  private final EngineLimits limits;
  private final AgentCall call;
  private final BatchApplication application;
  private final EndOfEditing endOfEditing;
  private final Backpressure backpressure;
  private final MemoryBudget budget;
  private final PresentTime now;
  private final OctetSlice shown = new OctetSlice();

  AgentCaller(
      EngineConfiguration configuration,
      AgentCall call,
      BatchApplication application,
      EndOfEditing endOfEditing,
      Backpressure backpressure,
      MemoryBudget budget,
      PresentTime now) {
    vantage = configuration.vantage();
    limits = configuration.limits();
    this.call = call;
    this.application = application;
    this.endOfEditing = endOfEditing;
    this.backpressure = backpressure;
    this.budget = budget;
    this.now = now;
  }

  @Override
  public Stream stream(Connection connection, Direction direction) {
    return connection.stream(direction);
  }

  @Override
  public AgentCursor cursor(Stream stream) {
    return stream.sender().cursor();
  }

  @Override
  public int undecidedLength(Stream stream) {
    return stream.sender().undecided().length();
  }

  @Override
  public long decided(Stream stream) {
    return stream.decided();
  }

  @Override
  public boolean isComplete(Stream stream) {
    return stream.isComplete();
  }

  @Override
  public boolean isSpanEndOwed(Stream stream) {
    return stream.edits().isSpanEndOwed();
  }

  @Override
  public int revision(Connection connection) {
    return connection.agentRevision();
  }

  @Override
  public boolean isBlocked(Connection connection, Stream stream) {
    return backpressure.of(connection, stream) != null;
  }

  @Override
  public boolean makeRoom(Connection connection, Stream stream) {
    return asksAgent(connection, stream)
        && !stream.edits().fin().isSettled()
        && !isBlocked(connection, stream);
  }

  /** Whether the agent decides the undecided octets, not a reset or a span. */
  private static boolean asksAgent(Connection connection, Stream stream) {
    return connection.isReadyForAgent() && !stream.edits().isSpanOpen();
  }

  @Override
  public void applySpans(Connection connection, Stream stream) {
    if (stream.isComplete()) {
      stream.endAtFin();
    }
    application.applySpans(connection, stream);
  }

  @Override
  public int viewStepBytes(Stream stream) {
    int segmentBytes = stream.receiver().usualSegmentBytes();
    return budget.isUnderPressure() ? segmentBytes : CallingRule.VIEW_STEP_BYTES;
  }

  @Override
  public int holdLimit(Connection connection) {
    return connection.terms().undecidedBytes();
  }

  @Override
  public void call(
      Connection connection, Direction direction, Stream stream, int length, boolean flush) {
    OctetBuffer undecided = stream.sender().undecided();
    shown.at(undecided.memory(), undecided.memoryOffset());
    int decided = call.run(connection, direction, shown, length, flush);
    shown.clear();
    stream.sender().dropHeld(decided);
    if (flush && decided > 0) {
      stream.edits().commit().noteFlushed();
    }
  }

  /**
   * Passes or deletes those of the next {@code length} octets that lie in the present span, where
   * they lie in {@code segment}.
   *
   * @return the number of these octets
   */
  int applySpanInPlace(Segment segment, long orgFrom, int length) {
    shown.at(segment.memory(), segment.memoryOffsetOf(orgFrom), segment.packet().owner());
    int applied = application.applySpan(segment.connection(), segment.stream(), shown, length);
    shown.clear();
    return applied;
  }

  /**
   * Shows the octets of {@code segment} from {@code orgFrom} where they lie, because none before
   * them are undecided.
   *
   * @return the number of decided octets
   */
  int callInPlace(Segment segment, long orgFrom, int length) {
    shown.at(segment.memory(), segment.memoryOffsetOf(orgFrom), segment.packet().owner());
    int decided = call.run(segment.connection(), segment.direction(), shown, length, false);
    shown.clear();
    return decided;
  }

  @Override
  public void settle(Connection connection, Stream stream) {
    keepWithinHold(connection, stream);
    updateHoldState(connection, stream);
  }

  /** Applies the hold policy beyond the limit, and to all octets undecided at the end of stream. */
  private void keepWithinHold(Connection connection, Stream stream) {
    int held = stream.sender().undecided().length();
    if (held == 0 || !asksAgent(connection, stream)) {
      return;
    }
    AgentCursor cursor = stream.sender().cursor();
    int limit = holdLimit(connection);
    Reason reason = backpressure.of(connection, stream);
    // No window stops a recorded sender, and acknowledgements may be missing.
    boolean fills = connection.isOriginalReceived(vantage) && held > limits.delayedBytes();
    if (reason != null && fills) {
      endOfEditing.connection(connection, reason, "too much was not shown heldBytes=" + held);
    } else if (cursor.isEndShown()
        || (cursor.isAwaitingOther()
            ? fills
            : Math.max(cursor.shownLength(), cursor.needLength()) > limit)) {
      endOfEditing.holdLimit(connection, held);
    }
    application.applySpans(connection, stream);
  }

  /** Starts the hold time of undecided octets. Without any, the end of the stream is settled. */
  void updateHoldState(Connection connection, Stream stream) {
    AgentCursor cursor = stream.sender().cursor();
    WaitTimes waitTimes = stream.sender().waitTimes();
    if (stream.sender().undecided().length() > 0) {
      if (waitTimes.heldSinceNanos() == WaitTimes.NEVER) {
        waitTimes.setHeldSince(now.nanos());
      }
      return;
    }
    cursor.setShownLength(0);
    cursor.requireRedelivery(false);
    waitTimes.setHeldSince(WaitTimes.NEVER);
    boolean unknown = connection.openPhase().isOutputUnknown(connection.terms());
    boolean waits = unknown && !stream.edits().isSpanOpen();
    boolean ends = cursor.isEndShown() || !(waits || asksAgent(connection, stream));
    if (stream.isComplete() && ends && !connection.openPhase().wantsAbort(stream)) {
      stream.edits().settleFin();
    }
  }
}
