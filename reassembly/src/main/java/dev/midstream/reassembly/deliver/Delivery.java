package dev.midstream.reassembly.deliver;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.call.CallingRule;
import dev.midstream.modcmd.call.CallingRule.Cause;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.EditGuard;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.WaitTimes;

/**
 * Delivers every octet of a stream to the agent in order: held octets first, then new ones. The
 * decisions of one call apply all or not at all.
 */
public final class Delivery {
  private final Vantage vantage;
  private final Counters counters;
  private final EventSink events;
  private final PresentTime now = new PresentTime();
  private final GapPolicy gaps;
  private final BatchApplication application;
  private final EndOfEditing endOfEditing;
  private final Backpressure backpressure;
  private final AgentCall call;
  private final AgentCaller agent;
  private final CallingRule<Connection, Stream> rule;

  public Delivery(
      EngineConfiguration configuration,
      ExpectationTable expectations,
      MemoryBudget budget,
      Counters counters,
      EventSink events,
      EditGuard guard) {
    vantage = configuration.vantage();
    this.counters = counters;
    this.events = events;
    gaps = new GapPolicy(configuration);
    endOfEditing = new EndOfEditing(configuration.vantage(), counters, events);
    RelatedConnections related =
        new RelatedConnections(configuration.rules(), expectations, now, counters, events);
    application =
        new BatchApplication(
            configuration.vantage(), related, counters, events, endOfEditing, guard);
    backpressure = new Backpressure(configuration);
    call = new AgentCall(application, endOfEditing, counters, events);
    agent =
        new AgentCaller(configuration, call, application, endOfEditing, backpressure, budget, now);
    rule = new CallingRule<>(agent);
  }

  /**
   * A timer, or anything but a packet, is processed at {@code nowNanos}; called before anything is
   * delivered.
   */
  public void begin(long nowNanos) {
    now.set(nowNanos);
  }

  /**
   * A packet of {@code connection} is processed at {@code nowNanos}. Nothing is undecided of one
   * that is at rest.
   */
  public void begin(Connection connection, long nowNanos) {
    begin(nowNanos);
    if (!connection.isAtRest() && connection.hasStreams()) {
      rule.begin(connection);
    }
  }

  /** When the packet or timer is processed that delivers octets. */
  public long nowNanos() {
    return now.nanos();
  }

  /** When delayed octets are delivered. */
  public GapPolicy gaps() {
    return gaps;
  }

  /** The call of an agent that is running. */
  public CallMark callMark() {
    return call.mark();
  }

  /**
   * Leaves the call of an agent that does not return to its thread.
   *
   * @return why, for an event
   */
  public String leaveCall() {
    return call.leave();
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
    long orgReceiverEnd = receiverEnd(stream);
    if (gaps.isJoined(stream, segment.orgEnd())) {
      append(segment, orgFrom);
      while (gaps.isJoined(stream, stream.heldEnd())) {
        stream.appendDelayed(false);
      }
    } else {
      deliverInPlace(segment, stream, orgFrom);
    }
    if (stream.heldEnd() > orgReceiverEnd) {
      stream.sender().waitTimes().noteBeyond(segment.nowNanos());
    }
    rule.advance(connection, segment.direction(), Cause.GROWN, revision);
    if (Math.max(stream.decided(), stream.edits().custodyEnd()) >= orgHeldBefore) {
      stream.sender().waitTimes().restartUnanswered(segment.nowNanos());
    }
    countHeld(connection, stream);
  }

  /**
   * The end of the octets for which the receiver has room. If output waits, what comes next has
   * none if that is in custody; otherwise it is an edit that grew, and may be all that waits.
   */
  private static long receiverEnd(Stream stream) {
    if (stream.newEnd() > stream.releasedEnd()) {
      boolean inCustody = stream.edits().custodyEnd() >= stream.heldEnd();
      return inCustody ? stream.heldEnd() : Long.MAX_VALUE;
    }
    return stream.sender().window().rightEdge(stream.receiver().sendWindow().rightEdge());
  }

  /** Notes the arrival of octets; a segment with PSH is released with PSH. */
  private static void noteArrival(Segment segment) {
    if (segment.view().isPsh()) {
      segment.stream().sender().pushMarks().add(segment.orgEnd());
    }
    segment.stream().sender().waitTimes().noteArrival(segment.orgEnd(), segment.nowNanos());
  }

  private static void append(Segment segment, long orgFrom) {
    int length = (int) (segment.orgEnd() - orgFrom);
    if (length > 0) {
      long offset = segment.memoryOffsetOf(orgFrom);
      segment.stream().sender().hold(segment.memory(), offset, length);
    }
  }

  /**
   * Delivers a segment without a copy if no octets are held: a span is applied to what lies in it,
   * and the agent decides the rest. Copies only what stays undecided.
   */
  private void deliverInPlace(Segment segment, Stream stream, long orgFrom) {
    int length = (int) (segment.orgEnd() - orgFrom);
    int decided = 0;
    if (stream.sender().undecided().length() == 0) {
      decided = agent.applySpanInPlace(segment, orgFrom, length);
      int left = length - decided;
      if (left >= Math.max(stream.sender().cursor().needLength(), 1)
          && agent.makeRoom(segment.connection(), stream)) {
        decided += agent.callInPlace(segment, orgFrom + decided, left);
      }
    }
    append(segment, orgFrom + decided);
  }

  /**
   * Notes that {@code segment}, which is next, found no room. Applies the hold policy if nothing
   * after held octets found room for 100 s, an agent could be called, and the receiver has
   * acknowledged all output: what takes the room otherwise is not the agent's hold. Octets that
   * await the other direction are held as long as that takes.
   */
  public void expireHold(Segment segment) {
    Stream stream = segment.stream();
    WaitTimes waitTimes = stream.sender().waitTimes();
    waitTimes.noteNextRefused(segment.orgEnd());
    int held = stream.sender().undecided().length();
    boolean isAwaitingOther = stream.sender().cursor().isAwaitingOther();
    if (held == 0 || isAwaitingOther || awaitsReceiver(segment.connection(), stream)) {
      waitTimes.clearNoRoom();
      return;
    }
    waitTimes.noteNoRoom(segment.nowNanos());
    if (segment.nowNanos() - waitTimes.noRoomSinceNanos() >= WaitTimes.GIVE_UP_NANOS) {
      endOfEditing.holdLimit(segment.connection(), held);
      application.applySpans(segment.connection(), stream);
    }
  }

  /** Whether output that is not acknowledged takes room, or keeps the agent from being called. */
  private boolean awaitsReceiver(Connection connection, Stream stream) {
    return stream.edits().firstCopies().length() > 0 || backpressure.of(connection, stream) != null;
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
      rule.advance(connection, direction, Cause.GROWN);
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
    boolean ends = stream.isComplete() && !stream.edits().fin().isSettled();
    boolean drops = stream.edits().dropped().isOpen() && stream.sender().undecided().length() > 0;
    rule.resume(connection, direction, ends || drops || stream.edits().opaque().isOpen());
  }

  /**
   * Flushes held octets after the hold time. What the agent leaves undecided passes, if silence
   * ends its hold or the octets need no decision. Otherwise the hold policy decides.
   */
  public void flush(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    if (stream.sender().undecided().length() > 0) {
      rule.advance(connection, direction, Cause.SILENCE);
      if (stream.sender().undecided().length() > 0) {
        endHold(connection, stream);
      }
    }
  }

  private void endHold(Connection connection, Stream stream) {
    boolean blocked = reportBlocked(connection, stream, "no agent could be called for held octets");
    boolean undecided = blocked || !stream.sender().cursor().isFlushed();
    if (undecided && connection.mustBeDecided(vantage)) {
      endOfEditing.holdLimit(connection, stream.sender().undecided().length());
      application.applySpans(connection, stream);
    } else {
      application.passHeld(connection, stream);
      stream.edits().commit().noteFlushed();
    }
    agent.updateHoldState(connection, stream);
  }
}
