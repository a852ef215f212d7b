package dev.midstream.reassembly.flow;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.event.ReasonCounts;
import dev.midstream.reassembly.flow.Phase.Legs;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Phase.Opening;
import dev.midstream.reassembly.flow.Phase.Refused;
import dev.midstream.reassembly.flow.Phase.TimeWait;
import dev.midstream.reassembly.flow.Phase.Untouched;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.TimeWaitStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection: its key, the rule that decided it, its state and its phase.
 *
 * <p>Essential is what docs/state.md says; times, places in queues and counts are not.
 */
public final class Connection {
  private final ConnectionKey key;
  private final Handshakes handshakes = new Handshakes();
  private final SeenEndpoints seen = new SeenEndpoints();
  private final ReasonCounts reasons = new ReasonCounts();
  private @Nullable Rule rule;
  private Octets context = Octets.empty();
  private AgentTerms terms = AgentTerms.NONE;
  private ConnectionState state = ConnectionState.OPENING;
  private Phase phase = Untouched.NEVER_INSPECTED;
  private @Nullable String name;
  private boolean pickedUp;
  private boolean atRest;
  private boolean trimmed = true;
  private int duePlace;
  private int chargedBytes;
  private @Nullable RecordMark record;
  private ConnectionQueue.@Nullable Place assurance;
  private ConnectionQueue.@Nullable Place closing;
  private ConnectionQueue.@Nullable Place keeping;

  /** A connection whose client sent the segment of {@code key}. */
  Connection(ConnectionKey key) {
    this.key = key;
  }

  /** Its key, of segments that the client sends. */
  public ConnectionKey key() {
    return key;
  }

  /** The end that sends in {@code direction}. */
  public Endpoint sender(Direction direction) {
    return key.endpoint(key.isSentByLow() == (direction == Direction.CLIENT_TO_SERVER));
  }

  /** Direction of a segment of this connection. */
  public Direction directionOf(ConnectionKey segment) {
    return segment.isSentByLow() == key.isSentByLow()
        ? Direction.CLIENT_TO_SERVER
        : Direction.SERVER_TO_CLIENT;
  }

  /**
   * Assigns the rule. The context stays until {@link #takeContext}.
   *
   * @param handling how the rule handles it; what it drops or rejects stays untouched until it is
   *     {@link #refuse refused}
   */
  public void decide(Assignment assignment, AgentTerms terms, Handling handling) {
    rule = assignment.rule();
    seen.setExpected(assignment.isExpected());
    context = rule.agent() == null ? Octets.empty() : assignment.context();
    this.terms = terms;
    phase =
        switch (handling) {
          case MONITORED, EDITED -> new Opening(handling, null, null);
          case UNTOUCHED, DROPPED, REJECTED -> Untouched.NEVER_INSPECTED;
        };
  }

  public Rule rule() {
    return Objects.requireNonNull(rule, "no rule decided this connection");
  }

  /** The rule, and the context that its agent was not told yet. */
  public Assignment assignment() {
    return new Assignment(rule(), context, seen.isExpected());
  }

  Octets context() {
    return context;
  }

  /** The context for the first call of the agent, which is forgotten then. */
  public Octets takeContext() {
    Octets taken = context;
    context = Octets.empty();
    return taken;
  }

  /** Sets what was read of a connection that is new here. */
  void restore(Rule rule, Octets context, AgentTerms terms, Phase phase, boolean isPickedUp) {
    this.rule = rule;
    this.context = context;
    this.terms = terms;
    this.phase = phase;
    pickedUp = isPickedUp;
    trimmed = false;
  }

  /** What applies to the connections of the rule's agent. */
  public AgentTerms terms() {
    return terms;
  }

  /** Addresses and ports, client first: {@code 10.0.0.1:40000 > 10.0.0.2:80}. */
  public String name() {
    name = name == null ? key.name() : name;
    return name;
  }

  /** Creates a connection with the same key and rule, which is not in the table. */
  public Connection createTwin() {
    Connection other = new Connection(key);
    other.decide(assignment(), terms, handling());
    return other;
  }

  /** The phase, which holds what is stored for the connection. */
  public Phase phase() {
    return phase;
  }

  public Handling handling() {
    return phase instanceof Open open ? open.handling() : phase.handling();
  }

  /** What the last record of it holds; null if none was written. */
  public @Nullable RecordMark record() {
    return record;
  }

  public void setRecord(@Nullable RecordMark mark) {
    record = mark;
  }

  /** Whether an agent sees its octets. */
  public boolean isInspected() {
    Handling handling = handling();
    return handling == Handling.EDITED || handling == Handling.MONITORED;
  }

  /** Whether its receiver gets the original stream: in a recording, or if it is only monitored. */
  public boolean isOriginalReceived(Vantage vantage) {
    return vantage == Vantage.RECORDING || handling() == Handling.MONITORED;
  }

  /**
   * Whether none of its octets may pass without a decision: an engine at {@code vantage} is inline
   * and edits it, and its agent denies, or has failed where failures reset.
   */
  public boolean mustBeDecided(Vantage vantage) {
    return vantage == Vantage.INLINE && handling() == Handling.EDITED && terms.requiresDecisions();
  }

  /** Whether an engine at {@code vantage} edits it as an endpoint: it has seen the opening. */
  public boolean hasEndpointAt(Vantage vantage) {
    return !isPickedUp() && isEditedAt(vantage);
  }

  /** Whether an engine at {@code vantage} edits it inline. */
  public boolean isEditedAt(Vantage vantage) {
    return vantage == Vantage.INLINE
        && phase instanceof Open open
        && open.handling() == Handling.EDITED;
  }

  /** Ends inspection: packets leave as they arrive, and stored octets are freed. */
  public void leaveUntouched() {
    free();
    enter(new Untouched(phase.legs()));
  }

  /** Drops or rejects all further packets; {@code reason} is counted for each. */
  public void refuse(Handling handling, Reason reason) {
    free();
    enter(new Refused(handling, reason, phase.hasEdits(), phase.legs()));
  }

  /** Frees everything after a reset; {@code reason} is counted for each segment from now on. */
  public void enterTombstone(Reason reason, long nowNanos) {
    handshakes.clearCompeting();
    seen.touch(Math.max(seen.lastNanos(), nowNanos));
    state = ConnectionState.TOMBSTONE;
    free();
    handshakes.setAlternative(null);
    enter(new Refused(Handling.REJECTED, reason, false, Legs.NONE));
  }

  /** Enters time-wait after both FINs are acknowledged: only the last numbers are kept. */
  public void enterTimeWait() {
    free();
    handshakes.setAlternative(null);
    enter(
        new TimeWait(
            new TimeWaitStream(stream(Direction.CLIENT_TO_SERVER)),
            new TimeWaitStream(stream(Direction.SERVER_TO_CLIENT)),
            phase.hasEdits()));
  }

  private void enter(Phase next) {
    phase = next;
    atRest = false;
  }

  /** Why its packets are refused; only while they are. */
  public Reason refusal() {
    return ((Refused) phase).reason();
  }

  public ConnectionState state() {
    return state;
  }

  public void enter(ConnectionState state) {
    this.state = state;
  }

  public Handshakes handshakes() {
    return handshakes;
  }

  /** Adds the stream of {@code direction} to a connection that is opening. */
  public void open(Direction direction, Stream stream) {
    phase = ((Opening) phase).with(direction, stream);
  }

  /** Edits a connection whose opening was not seen: only edits of equal length apply. */
  public void pickUp(Stream clientToServer, Stream serverToClient) {
    free();
    pickedUp = true;
    phase = new Open(Handling.EDITED, clientToServer, serverToClient);
  }

  public boolean isPickedUp() {
    return pickedUp;
  }

  /** Whether both streams are open. */
  public boolean hasStreams() {
    return phase instanceof Open;
  }

  /** The stream of {@code direction}, or null if it is not open. */
  public @Nullable Stream streamOrNull(Direction direction) {
    if (phase instanceof Open open) {
      return open.stream(direction);
    }
    return phase instanceof Opening opening ? opening.stream(direction) : null;
  }

  /** The stream of {@code direction}, which must be open. */
  public Stream stream(Direction direction) {
    return Objects.requireNonNull(streamOrNull(direction), "stream is not open");
  }

  /** The phase while {@link #hasStreams()}. */
  public Open openPhase() {
    return (Open) phase;
  }

  /** The opposite stream of {@code stream}; only while {@link #hasStreams()}. */
  public Stream reverse(Stream stream) {
    return openPhase().reverse(stream);
  }

  /**
   * Whether no agent is called for {@code stream} until commands are acknowledged: its own, or
   * those of the opposite stream while replies to {@code stream} there are not acknowledged.
   */
  public boolean isAtCommandLimit(Stream stream) {
    return stream.isAtCommandLimit()
        || (phase instanceof Open open && open.isReplyAtCommandLimit(stream));
  }

  /** Incremented with each change of the agent's state; 0 without streams. */
  public int agentRevision() {
    return phase instanceof Open open ? open.agentRevision() : 0;
  }

  /** Requests a reset of both ends, which are sent after the current packet. */
  public void wantReset(Reason reason) {
    openPhase().wantReset(reason);
  }

  /** Why both ends will be reset; usually null. */
  public @Nullable Reason resetReason() {
    return phase instanceof Open open ? open.resetReason() : null;
  }

  /** Whether the agent may be called: it is open, and known what its ends have. */
  public boolean isReadyForAgent() {
    boolean open = handshakes.isWhole() && state != ConnectionState.OPENING;
    boolean known = !(phase instanceof Open both && both.isOutputUnknown(terms()));
    return (pickedUp || open) && known && resetReason() == null;
  }

  /** Whether both ends agreed on accurate ECN. */
  public boolean isAccurateEcn() {
    return phase instanceof Open open && open.isAccurateEcn();
  }

  /**
   * The fast-path flag (header prediction): nothing waits for release, both windows are advertised
   * as far as they are open, and the engine owes neither end anything.
   */
  public boolean isAtRest() {
    return atRest;
  }

  public void setAtRest(boolean isAtRest) {
    atRest = isAtRest;
  }

  /** Whether its streams were trimmed since the last packet. */
  public boolean isTrimmed() {
    return trimmed;
  }

  public void setTrimmed(boolean isTrimmed) {
    trimmed = isTrimmed;
  }

  public SeenEndpoints seen() {
    return seen;
  }

  public ReasonCounts reasons() {
    return reasons;
  }

  /** Frees all stored octets. */
  public void free() {
    for (Direction direction : Direction.BOTH) {
      Stream stream = streamOrNull(direction);
      if (stream != null) {
        stream.free();
      }
    }
    Connection other = handshakes.alternative();
    if (other != null) {
      other.free();
    }
  }

  /** What it takes of the heap at most, its alternative included; octets are charged elsewhere. */
  int heapBytes() {
    Connection other = handshakes.alternative();
    return phase.heapBytes() + (other == null ? 0 : other.heapBytes());
  }

  int chargedBytes() {
    return chargedBytes;
  }

  void setChargedBytes(int bytes) {
    chargedBytes = bytes;
  }

  ConnectionQueue.@Nullable Place place(ConnectionQueue.Kind kind) {
    return switch (kind) {
      case ASSURANCE -> assurance;
      case CLOSING -> closing;
      case KEEPING -> keeping;
    };
  }

  void setPlace(ConnectionQueue.Kind kind, ConnectionQueue.@Nullable Place place) {
    switch (kind) {
      case ASSURANCE -> assurance = place;
      case CLOSING -> closing = place;
      case KEEPING -> keeping = place;
    }
  }

  int duePlace() {
    return duePlace;
  }

  void setDuePlace(int duePlace) {
    this.duePlace = duePlace;
  }
}
