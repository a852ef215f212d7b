package dev.midstream.reassembly.lifecycle;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.map.WindowMap;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Assignment;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Handshake;
import dev.midstream.reassembly.flow.Phase.Refused;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.ReceiverSide;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.FrameView;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens connections: applies the rule that decides them and what the handshake agreed on. */
public final class ConnectionOpening {
  private static final int DEFAULT_SEGMENT_IPV4_BYTES = 536;
  private static final int DEFAULT_SEGMENT_IPV6_BYTES = 1_220;

  private final EngineConfiguration configuration;
  private final boolean inline;
  private final RuleChoice choice;
  private final CurrentConnection current;
  private final FlowTable flows;
  private final ConnectionHeap heap;
  private final ExpectationTable expectations;
  private final MemoryBudget budget;
  private final Counters counters;
  private final EventSink events;
  private final ByteBufAllocator allocator;
  private final Supplier<CommitMode> commitMode;

  private final TakeoverWindow takeover = new TakeoverWindow();

  public ConnectionOpening(
      EngineConfiguration configuration,
      RuleChoice choice,
      CurrentConnection current,
      FlowTable flows,
      ConnectionHeap heap,
      ExpectationTable expectations,
      MemoryBudget budget,
      Counters counters,
      EventSink events,
      ByteBufAllocator allocator,
      Supplier<CommitMode> commitMode) {
    this.configuration = configuration;
    inline = configuration.vantage() == Vantage.INLINE;
    this.choice = choice;
    this.current = current;
    this.flows = flows;
    this.heap = heap;
    this.expectations = expectations;
    this.budget = budget;
    this.counters = counters;
    this.events = events;
    this.allocator = allocator;
    this.commitMode = commitMode;
  }

  /** Whether the tables and the heap may take another connection. */
  public boolean hasRoom() {
    return heap.hasRoomInTables() && heap.hasRoom() && hasRoomForHalfOpen();
  }

  /** Whether the heap may take another half-open connection. */
  public boolean hasRoomForHalfOpen() {
    return heap.hasRoomForHalfOpen();
  }

  /** Whether the heap may take another record of a half-open connection. */
  boolean hasRoomForRecord() {
    return heap.hasRoomForRecords();
  }

  /**
   * Opens a connection for a segment that the look-up did not find; null if the table is full.
   *
   * @param isSenderClient whether its sender is the client
   * @param inherited the rule that decides it; null to find one
   */
  public @Nullable Connection open(
      Segment segment, boolean isSenderClient, long nowNanos, @Nullable Assignment inherited) {
    FrameView view = segment.view();
    if (!hasRoom() || !hasRoomToWait(view, inherited, nowNanos)) {
      counters.count(Reason.CONNECTION_LIMIT);
      events.event(Reason.CONNECTION_LIMIT, "", "no room for another connection");
      return null;
    }
    Connection connection = flows.open(segment.key(), isSenderClient);
    current.set(connection);
    counters.countConnection();
    boolean mayBeExpected = inherited == null && RuleChoice.isOpening(view);
    Assignment expected =
        mayBeExpected ? expectations.take(view, connection.key(), nowNanos) : inherited;
    Assignment assignment = expected == null ? matching(view, isSenderClient) : expected;
    decide(connection, assignment);
    report(connection, assignment.rule());
    if (!view.isSyn()) {
      connection.enter(ConnectionState.ESTABLISHED);
      if (connection.isInspected()) {
        Direction direction = connection.directionOf(segment.key());
        joinMidStream(connection, direction, view, Reason.MID_STREAM);
        if (!(connection.phase() instanceof Refused)) {
          counters.count(Reason.MID_STREAM);
        }
      }
    }
    return connection;
  }

  /** Whether records may wait of the connection that a segment opens, or none are written. */
  private boolean hasRoomToWait(FrameView view, @Nullable Assignment inherited, long nowNanos) {
    if (heap.hasRoomToWait() || !commitMode.get().writesRecords()) {
      return true;
    }
    Rule rule = inherited == null ? choice.ruleOf(view, nowNanos) : inherited.rule();
    return rule.agent() == null;
  }

  /** Opens a connection once more, with the rule that decided it. Reports nothing. */
  Connection reopen(ConnectionKey key, boolean isSenderClient, Rule rule) {
    Connection connection = flows.open(key, isSenderClient);
    current.set(connection);
    decide(connection, Assignment.of(rule));
    return connection;
  }

  private Assignment matching(FrameView view, boolean isSenderClient) {
    return Assignment.of(configuration.rules().decide(view, isSenderClient));
  }

  /** Takes a SYN or SYN-ACK. After both, the connection's streams are open. */
  public void takeHandshake(Connection connection, Direction direction, FrameView view) {
    agreeOn(connection, direction, Handshake.of(view), view.ipVersion());
  }

  /** Takes a SYN or SYN-ACK once more that passed while memory was not under pressure. */
  void retakeHandshake(Connection connection, Direction direction, FrameView view) {
    agreeOn(connection, direction, Handshake.of(view), view.ipVersion(), false);
  }

  /** Takes the handshake of the sender of {@code direction}. */
  public void agreeOn(
      Connection connection, Direction direction, Handshake handshake, int ipVersion) {
    boolean wasInspected = connection.isInspected();
    agreeOn(connection, direction, handshake, ipVersion, isUnderPressure());
    if (wasInspected && connection.phase() instanceof Refused refused) {
      reportRefusal(connection, refused.reason());
    }
  }

  /** Whether the window of a SYN-ACK is limited to a share of the memory now. */
  boolean isUnderPressure() {
    return budget.isUnderPressure();
  }

  private void agreeOn(
      Connection connection,
      Direction direction,
      Handshake handshake,
      int ipVersion,
      boolean pressed) {
    if (connection.handshakes().of(direction) != null) {
      counters.count(Reason.SYN_REPEATED);
    }
    connection.handshakes().set(direction, handshake);
    if (!connection.isInspected() || isAgreed(connection)) {
      return;
    }
    Reason forbidding = forbiddenBy(handshake);
    if (forbidding != null) {
      forbid(connection, forbidding);
      return;
    }
    if (connection.streamOrNull(direction) == null) {
      boolean edited = connection.handling() == Handling.EDITED;
      int sequence = handshake.initialSequence();
      connection.open(
          direction, stream(sequence, connection.terms(), connection.isPickedUp(), edited));
    }
    if (connection.handshakes().isWhole()) {
      agree(connection, ipVersion, pressed);
    }
  }

  /**
   * Ends the inspection of a connection that cannot be edited. If it must be decided, it is
   * rejected, and the reason is counted for each of its packets.
   */
  private void forbid(Connection connection, Reason reason) {
    if (choice.mustBeDecided(connection.rule())) {
      connection.refuse(Handling.REJECTED, reason);
    } else {
      counters.count(reason);
      connection.leaveUntouched();
    }
  }

  /**
   * Whether the handshake is final. Inline the last SYN and SYN-ACK count until both ends have
   * begun.
   */
  private boolean isAgreed(Connection connection) {
    boolean mayChange = inline && connection.state() == ConnectionState.OPENING;
    return connection.hasStreams() && !mayChange;
  }

  /** What another engine may have seen, with whose connections this one goes on. */
  public TakeoverWindow takeover() {
    return takeover;
  }

  /**
   * Ends inspection of a connection of which only {@code direction} passes here, because it cannot
   * be edited (C-68). If it must be decided, it is rejected.
   */
  public void leaveOneSided(Connection connection, Direction direction) {
    connection.enter(ConnectionState.ESTABLISHED);
    forbid(connection, Reason.ONE_SIDED);
    if (connection.phase() instanceof Refused) {
      reportRefusal(connection, Reason.ONE_SIDED);
    } else {
      connection.seen().setOnlyDirection(direction);
    }
  }

  /**
   * Applies the mid-stream policy: a segment arrived and the opening was not seen completely.
   * {@code reason} says why.
   */
  public void joinMidStream(
      Connection connection, Direction direction, FrameView view, Reason reason) {
    connection.enter(ConnectionState.ESTABLISHED);
    if (connection.handling() == Handling.MONITORED) {
      connection.leaveUntouched();
      return;
    }
    switch (choice.midStreamOf(connection.rule())) {
      case PASS -> connection.leaveUntouched();
      case DROP -> refuse(connection, Handling.DROPPED, reason);
      case RESET -> refuse(connection, Handling.REJECTED, reason);
      case PICK_UP -> pickUp(connection, direction, view);
    }
  }

  private void decide(Connection connection, Assignment assignment) {
    Rule rule = assignment.rule();
    Handling handling = choice.handlingOf(rule);
    connection.decide(assignment, choice.termsOf(rule), handling);
    if (handling == Handling.DROPPED || handling == Handling.REJECTED) {
      connection.refuse(handling, RuleChoice.reasonOf(rule));
    }
  }

  /** Reports a connection that is refused, or would be if no mode said otherwise. */
  private void report(Connection connection, Rule rule) {
    if (connection.phase() instanceof Refused) {
      reportRefusal(connection, RuleChoice.reasonOf(rule));
    } else if (choice.wouldRefuse(rule)) {
      counters.count(RuleChoice.reasonOf(rule));
      String what = rule.action() == Action.DROP ? "would be dropped" : "would be rejected";
      events.event(RuleChoice.reasonOf(rule), connection.name(), what + " rule=" + rule.name());
    }
  }

  /** Refuses a connection. This is one event; its packets are only counted. */
  private void refuse(Connection connection, Handling handling, Reason reason) {
    connection.refuse(handling, reason);
    reportRefusal(connection, reason);
  }

  private void reportRefusal(Connection connection, Reason reason) {
    String what = connection.handling() == Handling.DROPPED ? "dropped" : "rejected";
    events.event(reason, connection.name(), what + " rule=" + connection.rule().name());
  }

  private @Nullable Reason forbiddenBy(Handshake handshake) {
    if (handshake.damaged()) {
      return Reason.MALFORMED;
    }
    boolean leaveMultipath = configuration.policies().multipath() == Policies.Multipath.LEAVE;
    boolean forbidden = handshake.forbidden() || (handshake.multipath() && leaveMultipath);
    return forbidden ? Reason.OPTION_FORBIDS : null;
  }

  /** Applies both handshakes of a connection that was opened before. */
  void agree(Connection connection, int ipVersion) {
    agree(connection, ipVersion, false);
  }

  /** Applies both handshakes: what one end offers limits what the other sends. */
  private void agree(Connection connection, int ipVersion, boolean pressed) {
    Handshake client = connection.handshakes().known(Direction.CLIENT_TO_SERVER);
    Handshake server = connection.handshakes().known(Direction.SERVER_TO_CLIENT);
    Stream toServer = connection.stream(Direction.CLIENT_TO_SERVER);
    Stream toClient = connection.stream(Direction.SERVER_TO_CLIENT);
    boolean scaled = client.windowScale() >= 0 && server.windowScale() >= 0;
    setMss(toServer, server, ipVersion);
    setMss(toClient, client, ipVersion);
    applyOffer(toServer, server, scaled, firstOfferBytes(toServer, pressed));
    applyOffer(toClient, client, scaled, client.window());
    WindowMap window = toClient.sender().window();
    int field = inline ? window.fieldOfEdge(0) : client.window() >> window.scale();
    toServer.headers().updateAck(0, field);
  }

  private static void setMss(Stream stream, Handshake receiver, int ipVersion) {
    int fallback = ipVersion == 4 ? DEFAULT_SEGMENT_IPV4_BYTES : DEFAULT_SEGMENT_IPV6_BYTES;
    int limit = receiver.maximumSegmentBytes();
    stream.receiver().setMssBytes(limit > 0 ? limit : fallback);
  }

  /** The largest window that a SYN-ACK may offer: under memory pressure the stream's share. */
  private long firstOfferBytes(Stream stream, boolean pressed) {
    long limit = configuration.limits().delayedBytes();
    long share = Math.max(stream.receiver().mssBytes(), stream.sender().account().shareBytes());
    return pressed ? Math.min(limit, share) : limit;
  }

  /**
   * Applies the offer of a stream's receiver, of which at most {@code maxBytes} are advertised to
   * the sender.
   */
  private void applyOffer(Stream stream, Handshake receiver, boolean scaled, long maxBytes) {
    WindowMap window = stream.sender().window();
    window.scale(scaled ? receiver.windowScale() : 0);
    stream.receiver().sendWindow().noteWindow(receiver.window());
    if (inline) {
      stream.receiver().sendWindow().setRightEdge(receiver.window());
      window.advertiseInSyn(Math.min(receiver.window(), maxBytes), 0);
    }
  }

  /** A new stream with the limits of the configuration. */
  public Stream stream(
      int initialSequence, AgentTerms terms, boolean isPickedUp, boolean isEdited) {
    boolean maybeUnanswered = !inline || isPickedUp;
    long maxBytes = maybeUnanswered ? configuration.limits().delayedBytes() : Long.MAX_VALUE;
    int commands = configuration.limits().commands();
    boolean givesWay = inline && isEdited;
    Stream stream = new Stream(initialSequence, commands, maxBytes, givesWay, allocator, budget);
    CommitMode mode = commitMode.get();
    if (isEdited && mode.writesRecords()) {
      stream.edits().beginCommit(mode.of(terms.replaysExactly(), isPickedUp));
    }
    return stream;
  }

  /** Picks the connection up: the agent starts at the next octet of each direction (C-67). */
  private void pickUp(Connection connection, Direction direction, FrameView view) {
    if (!view.isAck()) {
      connection.leaveUntouched();
      return;
    }
    Stream own = pickedUpFrom(connection, view.sequence());
    Stream other = pickedUpFrom(connection, view.acknowledgement());
    boolean isClient = direction == Direction.CLIENT_TO_SERVER;
    connection.pickUp(isClient ? own : other, isClient ? other : own);
  }

  private Stream pickedUpFrom(Connection connection, int firstOctet) {
    int initialSequence = SequenceSpace.startingAt(firstOctet).initialSequence();
    Stream stream = stream(initialSequence, connection.terms(), true, true);
    pickUp(stream);
    return stream;
  }

  /** Sets what nobody agreed on before a stream was picked up. */
  static void pickUp(Stream stream) {
    stream.receiver().setMssBytes(ReceiverSide.UNKNOWN_MSS_BYTES);
  }
}
