package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.event.ReasonCounts;
import dev.midstream.reassembly.flow.Phase.Legs;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Phase.Opening;
import dev.midstream.reassembly.flow.Phase.Refused;
import dev.midstream.reassembly.flow.Phase.TimeWait;
import dev.midstream.reassembly.flow.Phase.Tombstone;
import dev.midstream.reassembly.flow.Phase.Untouched;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.TimeWaitStream;
import dev.midstream.wire.packet.Leg;
import org.jspecify.annotations.Nullable;

/**
 * One connection: its key, the rule that decided it, its state and its phase.
 *
 * <p>Essential state: the key, the client, the rule, the state, the handshakes, whether it was
 * picked up, and of the phase what {@link Phase} and {@link dev.midstream.reassembly.stream.Edits}
 * name. Derived state: seen endpoints, probes, times, places in queues, counts.
 */
public final class Connection {
  private final ConnectionKey key;
  private final boolean clientLow;
  private final Handshakes handshakes = new Handshakes();
  private final SeenEndpoints seen = new SeenEndpoints();
  private final ReasonCounts reasons = new ReasonCounts();
  private @Nullable Rule rule;
  private AgentTerms terms = AgentTerms.of(null);
  private ConnectionState state = ConnectionState.OPENING;
  private Phase phase = Untouched.NEVER_INSPECTED;
  private @Nullable String name;
  private boolean pickedUp;
  private boolean atRest;
  private long lastNanos;
  private int duePlace = -1;
  private ConnectionQueue.@Nullable Place unassured;
  private ConnectionQueue.@Nullable Place closing;

  Connection(ConnectionKey key, boolean clientLow) {
    this.key = key;
    this.clientLow = clientLow;
  }

  ConnectionKey key() {
    return key;
  }

  boolean isClientLow() {
    return clientLow;
  }

  /** Direction of a segment of this connection. */
  public Direction directionOf(ConnectionKey segment) {
    return segment.isSentByLow() == clientLow
        ? Direction.CLIENT_TO_SERVER
        : Direction.SERVER_TO_CLIENT;
  }

  /**
   * Assigns the rule.
   *
   * @param handling {@link Handling#UNTOUCHED}, {@link Handling#MONITORED} or {@link
   *     Handling#EDITED}; packets that the rule denies are {@link #refuse refused}
   */
  public void decide(Rule rule, Handling handling) {
    this.rule = rule;
    terms = AgentTerms.of(rule.agent());
    phase =
        switch (handling) {
          case MONITORED, EDITED -> new Opening(handling, Direction.CLIENT_TO_SERVER, null);
          case UNTOUCHED, DROPPED, REJECTED -> Untouched.NEVER_INSPECTED;
        };
  }

  /** The rule that decided the connection. */
  public Rule rule() {
    if (rule == null) {
      throw new IllegalStateException("no rule decided this connection");
    }
    return rule;
  }

  /** What the rule's agent declares. */
  public AgentTerms terms() {
    return terms;
  }

  /** Addresses and ports, client first: {@code 10.0.0.1:40000 > 10.0.0.2:80}. */
  public String name() {
    name = name == null ? key.name(clientLow) : name;
    return name;
  }

  /** Creates a connection with the same key and rule, which is not in the table. */
  public Connection createTwin() {
    Connection other = new Connection(key, clientLow);
    other.decide(rule(), handling());
    return other;
  }

  /** The phase, which holds what is stored for the connection. */
  public Phase phase() {
    return phase;
  }

  /** What is done with its packets. */
  public Handling handling() {
    return phase.handling();
  }

  /** Whether an agent sees its octets. */
  public boolean isInspected() {
    Handling handling = handling();
    return handling == Handling.EDITED || handling == Handling.MONITORED;
  }

  /** Ends inspection: packets leave as they arrive, and stored octets are freed. */
  public void release() {
    Phase untouched = new Untouched(legs());
    free();
    phase = untouched;
  }

  /** Drops or rejects all further packets; {@code reason} is counted for each. */
  public void refuse(Handling handling, Reason reason) {
    Phase refused = new Refused(handling, reason, isEdited(), legs());
    free();
    phase = refused;
  }

  /**
   * Frees everything after a reset. Segments that arrive from {@code nowNanos} on are answered with
   * a reset, and {@code reason} is counted for each.
   */
  public void entomb(Reason reason, long nowNanos) {
    handshakes.competing(null);
    lastNanos = Math.max(lastNanos, nowNanos);
    state = ConnectionState.TOMBSTONE;
    free();
    handshakes.alternative(null);
    phase = new Tombstone(reason);
  }

  /** Enters time-wait after both FINs are acknowledged: only the last numbers are kept. */
  public void enterTimeWait() {
    TimeWait last =
        new TimeWait(
            new TimeWaitStream(stream(Direction.CLIENT_TO_SERVER)),
            new TimeWaitStream(stream(Direction.SERVER_TO_CLIENT)),
            isEdited());
    free();
    handshakes.alternative(null);
    phase = last;
  }

  /**
   * Why its packets are refused.
   *
   * @throws IllegalStateException if they are not
   */
  public Reason refusal() {
    return switch (phase) {
      case Refused refused -> refused.reason();
      case Tombstone tombstone -> tombstone.reason();
      case Untouched _, Opening _, Open _, TimeWait _ ->
          throw new IllegalStateException("connection is not refused: " + name());
    };
  }

  /** The state of the connection. */
  public ConnectionState state() {
    return state;
  }

  /** Changes the state. */
  public void enter(ConnectionState state) {
    this.state = state;
  }

  /** The handshakes of both ends. */
  public Handshakes handshakes() {
    return handshakes;
  }

  /** Adds the stream of {@code direction} to a connection that is opening. */
  public void open(Direction direction, Stream stream) {
    if (phase instanceof Opening opening) {
      Stream known = opening.stream();
      phase =
          known == null
              ? new Opening(opening.handling(), direction, stream)
              : direction == Direction.CLIENT_TO_SERVER
                  ? new Open(opening.handling(), stream, known)
                  : new Open(opening.handling(), known, stream);
      return;
    }
    throw new IllegalStateException("connection opens no stream: " + name());
  }

  /**
   * Edits a connection whose opening was not seen, with new streams. Only edits of equal length
   * apply.
   */
  public void pickUp(Stream clientToServer, Stream serverToClient) {
    free();
    pickedUp = true;
    phase = new Open(Handling.EDITED, clientToServer, serverToClient);
  }

  /** Whether it was picked up. */
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
    return phase instanceof Opening opening && opening.direction() == direction
        ? opening.stream()
        : null;
  }

  /** The stream of {@code direction}, which must be open. */
  public Stream stream(Direction direction) {
    Stream stream = streamOrNull(direction);
    if (stream == null) {
      throw new IllegalStateException("connection without streams: " + name());
    }
    return stream;
  }

  /** The opposite stream of {@code stream}; only while {@link #hasStreams()}. */
  public Stream reverse(Stream stream) {
    return open().reverse(stream);
  }

  /** Whether segments of {@code direction} arrive on {@code leg}, as far as that is known. */
  public boolean isFrom(Direction direction, Leg leg) {
    Leg known = legOf(direction);
    return known == null || known == leg;
  }

  /** State of the agent; null before its first call. */
  public @Nullable Object agentState() {
    return open().agentState();
  }

  /** Sets the state of the agent, and whether it changed. */
  public void agentState(Object state, boolean isChanged) {
    open().agentState(state, isChanged);
  }

  /** Incremented with each change of the agent's state; 0 without streams. */
  public int agentRevision() {
    return phase instanceof Open open ? open.agentRevision() : 0;
  }

  /** Requests a reset of both ends, which are sent after the current packet. */
  public void wantReset(Reason reason) {
    open().wantReset(reason);
  }

  /** Why both ends will be reset; usually null. */
  public @Nullable Reason resetReason() {
    return phase instanceof Open open ? open.resetReason() : null;
  }

  /**
   * Whether the agent may be called: both ends confirmed the opening, or the connection was picked
   * up, and no reset is requested.
   */
  public boolean isReadyForAgent() {
    boolean open = handshakes.isWhole() && state != ConnectionState.OPENING;
    return (pickedUp || open) && resetReason() == null;
  }

  /** Whether both ends agreed on accurate ECN. */
  public boolean isAccurateEcn() {
    return phase instanceof Open open && open.isAccurateEcn();
  }

  /** Whether an octet of either direction was edited. */
  public boolean isEdited() {
    return switch (phase) {
      case Open open -> open.isEdited();
      case TimeWait last -> last.isEdited();
      case Refused refused -> refused.isEdited();
      case Untouched _, Opening _, Tombstone _ -> false;
    };
  }

  /**
   * The fast-path flag (header prediction). It is set when nothing waits for release, both windows
   * are advertised as far as they are open, and the engine owes neither end anything. It stays set
   * while segments leave unchanged.
   */
  public boolean isAtRest() {
    return atRest;
  }

  /** Sets the fast-path flag. */
  public void atRest(boolean isAtRest) {
    atRest = isAtRest;
  }

  /** The ends whose segments were seen. */
  public SeenEndpoints seen() {
    return seen;
  }

  /** Counts of each reason for this connection. */
  public ReasonCounts reasons() {
    return reasons;
  }

  /** Sets the time of the last packet. */
  public void touch(long nowNanos) {
    lastNanos = nowNanos;
  }

  /** Time of the last packet. */
  public long lastNanos() {
    return lastNanos;
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

  private Open open() {
    if (phase instanceof Open open) {
      return open;
    }
    throw new IllegalStateException("connection without streams: " + name());
  }

  private Legs legs() {
    return new Legs(legOf(Direction.CLIENT_TO_SERVER), legOf(Direction.SERVER_TO_CLIENT));
  }

  private @Nullable Leg legOf(Direction direction) {
    return switch (phase) {
      case Untouched untouched -> untouched.legs().of(direction);
      case Refused refused -> refused.legs().of(direction);
      case TimeWait last -> last.stream(direction).leg();
      case Opening _, Open _ -> legOf(streamOrNull(direction));
      case Tombstone _ -> null;
    };
  }

  private static @Nullable Leg legOf(@Nullable Stream stream) {
    return stream != null && stream.headers().isTemplateKnown()
        ? stream.headers().template().leg()
        : null;
  }

  ConnectionQueue.@Nullable Place place(ConnectionQueue.Kind kind) {
    return kind == ConnectionQueue.Kind.UNASSURED ? unassured : closing;
  }

  void place(ConnectionQueue.Kind kind, ConnectionQueue.@Nullable Place place) {
    if (kind == ConnectionQueue.Kind.UNASSURED) {
      unassured = place;
    } else {
      closing = place;
    }
  }

  int duePlace() {
    return duePlace;
  }

  void duePlace(int duePlace) {
    this.duePlace = duePlace;
  }
}
