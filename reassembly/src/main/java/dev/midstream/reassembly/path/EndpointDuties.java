package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.endpoint.AckGenerator;
import dev.midstream.reassembly.endpoint.CustodyPolicy;
import dev.midstream.reassembly.endpoint.Retransmitter;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.stream.InheritedOutput;
import dev.midstream.reassembly.stream.Pacer;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.WaitTimes;
import dev.midstream.wire.packet.PacketOutput;

/**
 * The duties of the engine as an endpoint, done inline after each packet and timer of an edited
 * connection: it takes custody, acknowledges and retransmits. In a recording there are none.
 */
public final class EndpointDuties {
  private final Vantage vantage;
  private final MemoryBudget budget;
  private final CustodyPolicy custody;
  private final AckGenerator acks;
  private final Retransmitter retransmitter;
  private final Emission emission;
  private final OutputDrain drain;
  private final MemoryRelief relief;
  private final LostDecisions lost;

  public EndpointDuties(
      Vantage vantage,
      MemoryBudget budget,
      Emission emission,
      CustodyPolicy custody,
      AckGenerator acks,
      Retransmitter retransmitter,
      OutputDrain drain,
      MemoryRelief relief,
      LostDecisions lost) {
    this.vantage = vantage;
    this.budget = budget;
    this.emission = emission;
    this.custody = custody;
    this.acks = acks;
    this.retransmitter = retransmitter;
    this.drain = drain;
    this.relief = relief;
    this.lost = lost;
  }

  /**
   * Does the duties after a packet of {@code connection}, when everything that the packet caused
   * has been sent.
   */
  public void perform(Connection connection, long nowNanos, long timeNanos, PacketOutput output) {
    if (!actsAsEndpoint(connection)) {
      return;
    }
    if (budget.isUnderPressure()) {
      relief.note(connection);
    }
    lost.judge(connection, nowNanos);
    perform(connection, Direction.CLIENT_TO_SERVER, nowNanos, timeNanos, output);
    perform(connection, Direction.SERVER_TO_CLIENT, nowNanos, timeNanos, output);
    if (connection.resetReason() != null) {
      drain.sendAll(connection, timeNanos, output);
    }
    connection.setAtRest(isAtRest(connection));
    relief.relieve(nowNanos, timeNanos, output);
  }

  private void perform(
      Connection connection,
      Direction direction,
      long nowNanos,
      long timeNanos,
      PacketOutput output) {
    Stream stream = connection.stream(direction);
    stream.headers().pathMtu().age(nowNanos);
    retransmitter.noteReleased(stream, nowNanos);
    if (!connection.openPhase().isSenderReset(direction)) {
      acknowledge(connection, stream, nowNanos, timeNanos, output);
    }
    retransmitter.update(connection, stream, nowNanos, output);
    FinWait.begin(stream, nowNanos);
    schedulePacer(stream, nowNanos);
  }

  private void acknowledge(
      Connection connection, Stream stream, long nowNanos, long timeNanos, PacketOutput output) {
    custody.takeDue(connection, stream, nowNanos);
    if (!mayAnswer(stream)) {
      return; // a window that no segment shows must not be rounded up
    }
    acks.refresh(connection, stream);
    if (acks.hasPending(connection, stream)) {
      acks.send(connection, stream, nowNanos, timeNanos, output);
    }
  }

  /**
   * Whether the sender of {@code stream} may be answered in its receiver's name. Where the stream
   * was ended, or the receiver has acknowledged its end, the receiver need not speak again.
   */
  private static boolean mayAnswer(Stream stream) {
    return !stream.receiver().inherited().isUnheard()
        || stream.isFinAcknowledged()
        || stream.edits().fin().isOwn()
        || stream.edits().dropped().isEndless();
  }

  /**
   * Whether octets in custody are not acknowledged because no receiver was heard: a sender that
   * waits for that is not silent (RFC 9293 section 3.7.4, Nagle). What was computed for the next
   * acknowledgement counts only once a segment takes it along.
   */
  public boolean isAcknowledgementWithheld(Connection connection, Stream stream) {
    return actsAsEndpoint(connection)
        && !mayAnswer(stream)
        && stream.edits().custodyEnd() > connection.reverse(stream).headers().acknowledgement();
  }

  /**
   * Whether the sender of {@code stream} was not heard since another engine knew it. What it sent
   * to that engine comes again at a timeout, which may be far: its silence shows nothing. One that
   * has acknowledged a FIN is not asked, so it is not waited for.
   */
  public boolean isSenderUnheard(Connection connection, Stream stream) {
    return actsAsEndpoint(connection) && isReceiverUnheard(connection.reverse(stream));
  }

  private static boolean isReceiverUnheard(Stream stream) {
    return stream.receiver().inherited().isUnheard() && !stream.isFinAcknowledged();
  }

  /**
   * Does the duties after a segment that came to a connection at rest and passed unchanged.
   *
   * @return whether nothing else remains to do
   */
  boolean performPlain(Connection connection, long nowNanos) {
    boolean atRest =
        !budget.isUnderPressure()
            && connection.phase() instanceof Open open
            && open.isQuietWithoutCommands()
            && open.isSettled();
    if (atRest) {
      retransmitter.updatePlain(connection.stream(Direction.CLIENT_TO_SERVER), nowNanos);
      retransmitter.updatePlain(connection.stream(Direction.SERVER_TO_CLIENT), nowNanos);
      connection.setAtRest(true);
    }
    return atRest;
  }

  /** Whether {@code connection} is at rest still: memory may have become short. */
  boolean staysAtRest(Connection connection) {
    return connection.isAtRest() && !budget.isUnderPressure();
  }

  /** Does the duties after opaque octets of {@code stream} left a connection at rest. */
  void performAtRest(Stream stream, long nowNanos) {
    retransmitter.updatePlain(stream, nowNanos);
  }

  /** Whether {@code connection} is at rest: a segment that passes unchanged leaves no duties. */
  public boolean isAtRest(Connection connection) {
    return !budget.isUnderPressure()
        && actsAsEndpoint(connection)
        && connection.state() == ConnectionState.ESTABLISHED
        && connection.seen().isAssured()
        && connection.phase() instanceof Open open
        && open.isQuietWithoutCommands()
        && open.hasNoDuties()
        && open.isSettled()
        && !acks.isWindowGrown(connection, connection.stream(Direction.CLIENT_TO_SERVER))
        && !acks.isWindowGrown(connection, connection.stream(Direction.SERVER_TO_CLIENT));
  }

  private void schedulePacer(Stream stream, long nowNanos) {
    Pacer pacer = stream.receiver().pacer();
    if (!pacer.isOn()) {
      return;
    }
    if (stream.newEnd() == stream.releasedEnd()) {
      pacer.stop();
    } else if (pacer.end() <= stream.releasedEnd()) {
      pacer.scheduleStep(stream, emission.updatePieceBytes(stream), nowNanos);
    } else {
      pacer.suspend();
    }
  }

  /**
   * Does the duties of a connection with which this engine goes on. What waited for custody at the
   * engine before does so here, or is taken where no records are kept.
   */
  public void resume(Connection connection, long nowNanos, PacketOutput output) {
    if (actsAsEndpoint(connection)) {
      onCommitted(connection, nowNanos, output);
    }
  }

  /** Does the duties after more records of {@code connection} were committed. */
  public void onCommitted(Connection connection, long nowNanos, PacketOutput output) {
    if (!actsAsEndpoint(connection)) {
      showWithheld(connection, nowNanos, output);
      return;
    }
    custody.onCommitted(connection, connection.stream(Direction.CLIENT_TO_SERVER));
    custody.onCommitted(connection, connection.stream(Direction.SERVER_TO_CLIENT));
    perform(connection, nowNanos, nowNanos, output);
  }

  /**
   * Shows what receivers of a connection that was picked up have acknowledged, and what waited for
   * its record. They need not say it again. One that was not heard here has no known window.
   */
  private void showWithheld(Connection connection, long nowNanos, PacketOutput output) {
    for (Direction direction : Direction.BOTH) {
      if (connection.isEditedAt(vantage) && mayAnswer(connection.stream(direction))) {
        Stream stream = connection.stream(direction);
        acks.refresh(connection, stream);
        if (connection.reverse(stream).headers().isAckPending()) {
          acks.send(connection, stream, nowNanos, nowNanos, output);
        }
      }
    }
  }

  /** Retransmits and sends what is due at {@code nowNanos}. */
  public void onTimer(Connection connection, long nowNanos, PacketOutput output) {
    if (!actsAsEndpoint(connection)) {
      return;
    }
    boolean asks = false;
    for (Direction direction : Direction.BOTH) {
      Stream stream = connection.stream(direction);
      retransmitter.onTimer(connection, stream, nowNanos, output);
      if (stream.receiver().pacer().nextNanos() <= nowNanos) {
        stream.receiver().pacer().step(stream.releasedEnd(), emission.updatePieceBytes(stream), 0);
      }
      if (askDueNanos(connection, stream) <= nowNanos) {
        stream.receiver().inherited().noteAsked(nowNanos);
        asks = true;
      }
    }
    if (asks) {
      askEnds(connection, nowNanos, output);
    }
    drain.sendAll(connection, nowNanos, output);
    perform(connection, nowNanos, nowNanos, output);
  }

  /**
   * When both ends are to be asked how far {@code stream} got: octets of the other direction wait
   * for the agent, which may put in a reply, or for more of a sender that was not heard, or output
   * waits for octets that may have arrived, or for a window that is not known. The receiver may
   * have all of that, and be gone before its sender repeats something.
   */
  private static long askDueNanos(Connection connection, Stream stream) {
    Stream reverse = connection.reverse(stream);
    boolean ends = reverse.isComplete() && !reverse.edits().fin().isSettled();
    boolean holds = stream.sender().undecided().length() > 0 && !ends;
    boolean waits =
        ends
            || reverse.sender().undecided().length() > 0
            || reverse.edits().isSpanEndOwed()
            || (holds && stream.receiver().inherited().isReplayEarly());
    boolean isDelayed =
        stream
            .edits()
            .omitted()
            .isOutputDelayedAt(stream.releasedEnd(), stream.edits().fin().isOwn());
    boolean isAwaited = stream.receiver().isUnknownWindowAwaited(stream.newEnd());
    boolean isWhole = !stream.edits().omitted().isAnyBeyond(stream.acknowledged());
    boolean isSilenceDoubtful =
        reverse.sender().undecided().length() > 0
            && reverse.sender().cursor().isFlushed()
            && isReceiverUnheard(stream);
    boolean isNeeded = isDelayed || isAwaited || isSilenceDoubtful;
    return waits || isNeeded
        ? stream.receiver().inherited().askDueNanos(isNeeded, isAwaited && isWhole)
        : WaitTimes.NEVER;
  }

  /** Probes both ends if the receiver of {@code stream} was not heard, and not asked for 3 s. */
  void askUnheard(Connection connection, Stream stream, long nowNanos, PacketOutput output) {
    InheritedOutput inherited = stream.receiver().inherited();
    boolean isDue = inherited.askDueNanos(true, false) <= nowNanos;
    if (actsAsEndpoint(connection) && inherited.isUnheard() && isDue) {
      inherited.noteAsked(nowNanos);
      askEnds(connection, nowNanos, output);
    }
  }

  /**
   * Probes both ends, except one that may be reset or closed, or got a segment at this time that it
   * answers. Their answers are for the engine.
   */
  public void askEnds(Connection connection, long nowNanos, PacketOutput output) {
    for (Direction direction : Direction.BOTH) {
      Stream stream = connection.stream(direction);
      boolean isClosed =
          stream.isFinAcknowledged()
              || connection.openPhase().isReceiverReset(direction)
              || connection.openPhase().wantsAbort(stream);
      boolean isAsked = stream.receiver().ownAnswers().isOfSegmentAt(nowNanos);
      if (stream.headers().isTemplateKnown() && !isClosed && !isAsked) {
        emission.probe(connection, stream, nowNanos, output);
        long waitNanos = stream.receiver().rtt().rtoNanos();
        stream.receiver().ownAnswers().expect(nowNanos, waitNanos);
      }
    }
  }

  /** When {@link #onTimer} is next due. */
  public long dueNanos(Connection connection) {
    if (!actsAsEndpoint(connection)) {
      return Long.MAX_VALUE;
    }
    return Math.min(
        dueNanos(connection, Direction.CLIENT_TO_SERVER),
        dueNanos(connection, Direction.SERVER_TO_CLIENT));
  }

  private long dueNanos(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    long due = stream.receiver().retransmit().deadlineNanos();
    due = Math.min(due, askDueNanos(connection, stream));
    due = Math.min(due, stream.receiver().inherited().forgottenNanos());
    due = Math.min(due, stream.receiver().pacer().nextNanos());
    if (connection.openPhase().isSenderReset(direction)) {
      return due;
    }
    if (mayAnswer(stream)) {
      due = Math.min(due, acks.dueNanos(stream));
    }
    return Math.min(due, custody.dueNanos(connection, stream));
  }

  /** Whether the engine acts as an endpoint on {@code connection}. */
  boolean actsAsEndpoint(Connection connection) {
    return connection.hasEndpointAt(vantage);
  }
}
