package dev.midstream.reassembly.lifecycle;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.map.WindowMap;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Handshake;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.FrameView;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Opens connections: which rule decides them, and what their handshake allows. */
public final class ConnectionOpening {
  private static final int DEFAULT_SEGMENT_IPV4_BYTES = 536;
  private static final int DEFAULT_SEGMENT_IPV6_BYTES = 1_220;

  private final EngineConfiguration configuration;
  private final CurrentConnection current;
  private final FlowTable flows;
  private final ExpectationTable expectations;
  private final MemoryBudget budget;
  private final Counters counters;
  private final EventSink events;
  private final ByteBufAllocator allocator;

  public ConnectionOpening(
      EngineConfiguration configuration,
      CurrentConnection current,
      FlowTable flows,
      ExpectationTable expectations,
      MemoryBudget budget,
      Counters counters,
      EventSink events,
      ByteBufAllocator allocator) {
    this.configuration = configuration;
    this.current = current;
    this.flows = flows;
    this.expectations = expectations;
    this.budget = budget;
    this.counters = counters;
    this.events = events;
    this.allocator = allocator;
  }

  /** Whether one more connection may be known. */
  public boolean hasRoom() {
    return flows.size() < configuration.limits().connections();
  }

  /**
   * Opens a connection for the segment that was just looked up and not found; null without room.
   *
   * @param inherited the rule that decides it; null to look for one
   */
  public @Nullable Connection open(Segment segment, long nowNanos, @Nullable Rule inherited) {
    FrameView view = segment.view();
    if (!hasRoom()) {
      counters.count(Reason.CONNECTION_LIMIT);
      events.event(Reason.CONNECTION_LIMIT, "", "no room for another connection");
      return null;
    }
    boolean senderIsClient = isSenderClient(view);
    Connection connection = flows.open(segment.key(), senderIsClient);
    current.on(connection);
    counters.countConnection();
    boolean mayBeExpected = inherited == null && isOpening(view);
    Rule expected = mayBeExpected ? expectations.take(view, nowNanos) : inherited;
    decide(connection, view, senderIsClient, expected);
    if (!view.isSyn()) {
      connection.enter(ConnectionState.ESTABLISHED);
      if (connection.isInspected()) {
        Direction direction =
            senderIsClient ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
        joinMidStream(connection, direction, view, Reason.MID_STREAM);
        if (!isRefused(connection)) {
          counters.count(Reason.MID_STREAM);
        }
      }
    }
    return connection;
  }

  /** The rule that would decide the connection which a segment opens. */
  public Rule ruleOf(FrameView view, long nowNanos) {
    Rule expected = isOpening(view) ? expectations.peek(view, nowNanos) : null;
    return expected == null ? configuration.rules().decide(view, isSenderClient(view)) : expected;
  }

  private static boolean isOpening(FrameView view) {
    return view.isSyn() && !view.isAck();
  }

  /** Whether a rule that is carried out decides the ends of a segment, whoever is the client. */
  public boolean mayBeChanged(FrameView view) {
    return configuration.mode() == Mode.ENFORCE
        && (configuration.rules().decide(view, true).mayChange()
            || configuration.rules().decide(view, false).mayChange());
  }

  /** Takes what a SYN or SYN-ACK says; the connection's streams are open once both were seen. */
  public void handshake(Connection connection, Direction direction, FrameView view) {
    agreeOn(connection, direction, Handshake.of(view), view.ipVersion());
  }

  /** Takes what the sender of {@code direction} said when it opened the connection. */
  public void agreeOn(
      Connection connection, Direction direction, Handshake handshake, int ipVersion) {
    if (connection.handshakes().of(direction) != null) {
      counters.count(Reason.SYN_REPEATED);
    }
    connection.handshakes().set(direction, handshake);
    if (!connection.isInspected() || isAgreed(connection)) {
      return;
    }
    Reason forbidding = forbids(handshake);
    if (forbidding != null) {
      counters.count(forbidding);
      leaveAlone(connection);
      return;
    }
    if (connection.streamOrNull(direction) == null) {
      connection.open(direction, stream(handshake.initialSequence(), connection.isPickedUp()));
    }
    if (connection.handshakes().isWhole()) {
      agree(connection, ipVersion);
    }
  }

  /** Inline the last SYN and SYN-ACK count, as long as both ends have not begun. */
  private boolean isAgreed(Connection connection) {
    boolean mayChange =
        configuration.vantage() == Vantage.INLINE && connection.state() == ConnectionState.OPENING;
    return connection.hasStreams() && !mayChange;
  }

  /** Only {@code direction} of a connection passes here: nobody can edit it (C-68). */
  public void leaveOneSided(Connection connection, Direction direction) {
    connection.enter(ConnectionState.ESTABLISHED);
    leaveAlone(connection);
    connection.seen().only(direction);
  }

  /** A segment came although the opening was not seen, or not to the end, for {@code reason}. */
  public void joinMidStream(
      Connection connection, Direction direction, FrameView view, Reason reason) {
    connection.enter(ConnectionState.ESTABLISHED);
    if (connection.handling() == Handling.MONITORED) {
      leaveAlone(connection);
      return;
    }
    switch (configuration.policies().midStream()) {
      case PASS -> leaveAlone(connection);
      case DROP -> refuse(connection, Handling.DROPPED, reason);
      case RESET -> refuse(connection, Handling.REJECTED, reason);
      case PICK_UP -> pickUp(connection, direction, view);
    }
  }

  public static boolean isInspected(Connection connection) {
    return connection.handling() == Handling.EDITED || connection.handling() == Handling.MONITORED;
  }

  /** Whether nothing becomes of the segments of such a connection but that they pass. */
  public boolean passesUnseen(FrameView view) {
    Rule rule = configuration.rules().decide(view, isSenderClient(view));
    boolean enforced = rule.mode() == Mode.ENFORCE && configuration.mode() == Mode.ENFORCE;
    return !enforced || (rule.agent() == null && rule.action() == Action.ALLOW);
  }

  /** Whether connections that {@code rule} decides are edited, as far as they let themselves be. */
  public boolean isEditing(Rule rule) {
    return rule.agent() != null
        && rule.mode() == Mode.ENFORCE
        && configuration.mode() == Mode.ENFORCE;
  }

  /**
   * Whether the first sender heard is taken for the client. Without a SYN nobody knows; inline it
   * is the server if only then a rule is carried out, lest an edited connection be heard of by its
   * server first, as after a restart, and pass with numbers that its ends do not share.
   */
  private boolean isSenderClient(FrameView view) {
    if (view.isSyn() || configuration.vantage() != Vantage.INLINE) {
      return !(view.isSyn() && view.isAck());
    }
    boolean enforced = configuration.mode() == Mode.ENFORCE;
    return !enforced
        || configuration.rules().decide(view, true).mayChange()
        || !configuration.rules().decide(view, false).mayChange();
  }

  private void decide(
      Connection connection, FrameView view, boolean senderIsClient, @Nullable Rule expected) {
    Rule rule = expected == null ? configuration.rules().decide(view, senderIsClient) : expected;
    Handling handling = handling(rule);
    connection.decide(rule, handling);
    if (handling == Handling.DROPPED || handling == Handling.REJECTED) {
      refuse(connection, handling, reasonOf(rule));
    } else if (wouldRefuse(rule)) {
      counters.count(reasonOf(rule));
      String what = rule.action() == Action.DROP ? "would be dropped" : "would be rejected";
      events.event(reasonOf(rule), connection.name(), what + " rule=" + rule.name());
    }
  }

  /** Whether a rule denies, and a mode says to look only. */
  private boolean wouldRefuse(Rule rule) {
    return rule.agent() == null
        && rule.action() != Action.ALLOW
        && rule.mode() != Mode.OFF
        && configuration.mode() != Mode.OFF;
  }

  /** A denial is told once, its packets are only counted. */
  private void refuse(Connection connection, Handling handling, Reason reason) {
    connection.refuse(handling, reason);
    String what = handling == Handling.DROPPED ? "dropped" : "rejected";
    events.event(reason, connection.name(), what + " rule=" + connection.rule().name());
  }

  private Handling handling(Rule rule) {
    boolean monitor = configuration.mode() == Mode.MONITOR || rule.mode() == Mode.MONITOR;
    if (rule.mode() == Mode.OFF || configuration.mode() == Mode.OFF) {
      return Handling.UNTOUCHED;
    }
    if (rule.agent() != null) {
      return monitor ? Handling.MONITORED : Handling.EDITED;
    }
    if (rule.action() == Action.ALLOW || monitor) {
      return Handling.UNTOUCHED;
    }
    return rule.action() == Action.DROP ? Handling.DROPPED : Handling.REJECTED;
  }

  private static Reason reasonOf(Rule rule) {
    return rule.action() == Action.DROP ? Reason.RULE_DROP : Reason.RULE_REJECT;
  }

  private static boolean isRefused(Connection connection) {
    return connection.handling() == Handling.DROPPED || connection.handling() == Handling.REJECTED;
  }

  private @Nullable Reason forbids(Handshake handshake) {
    if (handshake.damaged()) {
      return Reason.MALFORMED;
    }
    boolean leaveMultipath = configuration.policies().multipath() == Policies.Multipath.LEAVE;
    boolean forbidden = handshake.forbidden() || (handshake.multipath() && leaveMultipath);
    return forbidden ? Reason.OPTION_FORBIDS : null;
  }

  private static void leaveAlone(Connection connection) {
    connection.release();
  }

  /** Both SYNs are known: what each end takes holds for what the other sends. */
  private void agree(Connection connection, int ipVersion) {
    Handshake client = known(connection, Direction.CLIENT_TO_SERVER);
    Handshake server = known(connection, Direction.SERVER_TO_CLIENT);
    boolean scaled = client.windowScale() >= 0 && server.windowScale() >= 0;
    long most = configuration.limits().delayedBytes();
    offer(connection.stream(Direction.CLIENT_TO_SERVER), server, scaled, ipVersion, most);
    long told = client.window();
    offer(connection.stream(Direction.SERVER_TO_CLIENT), client, scaled, ipVersion, told);
    boolean inline = configuration.vantage() == Vantage.INLINE;
    WindowMap window = connection.stream(Direction.SERVER_TO_CLIENT).sender().window();
    connection.stream(Direction.CLIENT_TO_SERVER)
        .headers()
        .acknowledges(0, inline ? window.fieldOfEdge(0) : client.window() >> window.scale());
  }

  /** Takes what the receiver of a stream offers, of which its sender is shown {@code most}. */
  private void offer(Stream stream, Handshake receiver, boolean scaled, int ipVersion, long most) {
    int fallback = ipVersion == 4 ? DEFAULT_SEGMENT_IPV4_BYTES : DEFAULT_SEGMENT_IPV6_BYTES;
    int limit = receiver.maximumSegmentBytes();
    stream.receiver().mssBytes(limit > 0 ? limit : fallback);
    stream.sender().window().scale(scaled ? receiver.windowScale() : 0);
    stream.receiver().sendWindow().offered(receiver.window());
    if (configuration.vantage() == Vantage.INLINE) {
      stream.receiver().sendWindow().rightEdge(receiver.window());
      stream
          .sender()
          .window()
          .advertiseInSyn(stream.sender().window().targetEdge(receiver.window(), most), 0);
    }
  }

  private static Handshake known(Connection connection, Direction direction) {
    Handshake handshake = connection.handshakes().of(direction);
    if (handshake == null) {
      throw new IllegalStateException("handshake not seen: " + connection.name());
    }
    return handshake;
  }

  private Stream stream(int initialSequence, boolean isPickedUp) {
    boolean maybeUnanswered = configuration.vantage() == Vantage.RECORDING || isPickedUp;
    long most = maybeUnanswered ? configuration.limits().delayedBytes() : Long.MAX_VALUE;
    return new Stream(initialSequence, configuration.limits().commands(), most, allocator, budget);
  }

  private static int initialSequence(int firstOctet) {
    return SequenceSpace.startingAt(firstOctet).initialSequence();
  }

  /** The agent starts at the next octet of each direction (C-67). */
  private void pickUp(Connection connection, Direction direction, FrameView view) {
    if (!view.isAck()) {
      leaveAlone(connection);
      return;
    }
    boolean isClient = direction == Direction.CLIENT_TO_SERVER;
    int next = view.sequence();
    int nextBack = view.acknowledgement();
    Stream fromClient = stream(initialSequence(isClient ? next : nextBack), true);
    Stream fromServer = stream(initialSequence(isClient ? nextBack : next), true);
    fromClient.receiver().mssBytes(Integer.MAX_VALUE);
    fromServer.receiver().mssBytes(Integer.MAX_VALUE);
    connection.pickUp(fromClient, fromServer);
  }
}
