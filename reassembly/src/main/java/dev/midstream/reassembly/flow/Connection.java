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
 * One connection: its ends, the rule that decided it, how far it has come, and its phase.
 *
 * <p>Essential state: the key, who is the client, the rule, the state, the handshakes, whether it
 * was picked up, and of the phase what {@link Phase} and {@link
 * dev.midstream.reassembly.stream.Edits} say. Derived: seen endpoints, probes, times, places in
 * queues, counts.
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
  private boolean clientFinished;
  private boolean serverFinished;
  private boolean atRest;
  private int probes;
  private long probedNanos;
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

  /** The direction of a segment of this connection. */
  public Direction directionOf(ConnectionKey segment) {
    return segment.isSentByLow() == clientLow
        ? Direction.CLIENT_TO_SERVER
        : Direction.SERVER_TO_CLIENT;
  }

  /**
   * Gives the connection to a rule.
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

  /** The rule that decided it. */
  public Rule rule() {
    if (rule == null) {
      throw new IllegalStateException("no rule decided this connection");
    }
    return rule;
  }

  /** What the agent of that rule declares. */
  public AgentTerms terms() {
    return terms;
  }

  /** Addresses and ports, client first: {@code 10.0.0.1:40000 > 10.0.0.2:80}. */
  public String name() {
    name = name == null ? key.name(clientLow) : name;
    return name;
  }

  /** A connection with the same key that the table does not find, decided by the same rule. */
  public Connection twin() {
    Connection other = new Connection(key, clientLow);
    other.decide(rule(), handling());
    return other;
  }

  /** What is kept of it. */
  public Phase phase() {
    return phase;
  }

  /** What happens to its packets. */
  public Handling handling() {
    return phase.handling();
  }

  /** Whether an agent is shown its octets. */
  public boolean isInspected() {
    Handling handling = handling();
    return handling == Handling.EDITED || handling == Handling.MONITORED;
  }

  /** Inspects no more: its packets leave as they came, and nothing is kept of its octets. */
  public void release() {
    Phase untouched = new Untouched(legs());
    free();
    phase = untouched;
  }

  /** Drops or rejects its packets from now on; {@code reason} is counted for each. */
  public void refuse(Handling handling, Reason reason) {
    Phase refused = new Refused(handling, reason, isEdited(), legs());
    free();
    phase = refused;
  }

  /**
   * Keeps nothing of a connection that was reset: what still comes from {@code nowNanos} on is
   * answered with a reset, and {@code reason} is counted.
   */
  public void entomb(Reason reason, long nowNanos) {
    handshakes.competing(null);
    lastNanos = Math.max(lastNanos, nowNanos);
    state = ConnectionState.TOMBSTONE;
    free();
    handshakes.alternative(null);
    phase = new Tombstone(reason);
  }

  /** Keeps only the last numbers: both FINs are acknowledged. */
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

  /** Why its packets are refused; only while they are. */
  public Reason refusal() {
    return switch (phase) {
      case Refused refused -> refused.reason();
      case Tombstone tombstone -> tombstone.reason();
      case Untouched _, Opening _, Open _, TimeWait _ ->
          throw new IllegalStateException("connection is not refused: " + name());
    };
  }

  /** How far it has come. */
  public ConnectionState state() {
    return state;
  }

  /** Moves on to another state. */
  public void enter(ConnectionState state) {
    this.state = state;
  }

  /** The SYNs of both ends. */
  public Handshakes handshakes() {
    return handshakes;
  }

  /** Adds the stream of {@code direction} to an inspected connection that lacks it. */
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
   * Edits a connection whose opening was not seen, from these streams on: only edits of equal
   * length apply.
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

  /** The stream of {@code direction}, or null. */
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

  /** The other stream than {@code stream}; only while {@link #hasStreams()}. */
  public Stream reverse(Stream stream) {
    return open().reverse(stream);
  }

  /** Whether the sender of {@code direction} was heard on {@code leg}, if it was heard at all. */
  public boolean isFrom(Direction direction, Leg leg) {
    Leg known = legOf(direction);
    return known == null || known == leg;
  }

  /** What the agent knows; null before its first call. */
  public @Nullable Object agentState() {
    return open().agentState();
  }

  /** Sets what the agent knows, and whether that is something new. */
  public void agentState(Object state, boolean isChanged) {
    open().agentState(state, isChanged);
  }

  /** Raised with each change of what the agent knows; 0 without streams. */
  public int agentRevision() {
    return phase instanceof Open open ? open.agentRevision() : 0;
  }

  /** Resets both ends as soon as the present packet allows. */
  public void wantReset(Reason reason) {
    open().wantReset(reason);
  }

  /** Why both ends are to be reset; mostly null. */
  public @Nullable Reason resetReason() {
    return phase instanceof Open open ? open.resetReason() : null;
  }

  /** Whether the agent may be called: both ends confirmed the opening, or it was picked up. */
  public boolean isReadyForAgent() {
    boolean open = handshakes.isWhole() && state != ConnectionState.OPENING;
    return (pickedUp || open) && resetReason() == null;
  }

  /** Whether both ends agreed on accurate ECN. */
  public boolean isAccurateEcn() {
    return phase instanceof Open open && open.isAccurateEcn();
  }

  /** Notes the FIN of the sender of {@code direction}. */
  public void finished(Direction direction) {
    if (direction == Direction.CLIENT_TO_SERVER) {
      clientFinished = true;
    } else {
      serverFinished = true;
    }
  }

  /** Whether both ends have sent a FIN. */
  public boolean isFinished() {
    return clientFinished && serverFinished;
  }

  /** Whether any octet of either direction was ever edited. */
  public boolean isEdited() {
    return switch (phase) {
      case Open open -> open.isEdited();
      case TimeWait last -> last.isEdited();
      case Refused refused -> refused.isEdited();
      case Untouched _, Opening _, Tombstone _ -> false;
    };
  }

  /**
   * Whether it was found at rest (header prediction): what its packets brought has left, both
   * windows are advertised as far as they are open, and the engine owes neither end anything. It
   * stays so as long as segments pass as they are, which most do.
   */
  public boolean isAtRest() {
    return atRest;
  }

  /** Sets whether it is at rest. */
  public void atRest(boolean isAtRest) {
    atRest = isAtRest;
  }

  /** The endpoints that were seen. */
  public SeenEndpoints seen() {
    return seen;
  }

  /** How often each reason was counted for it. */
  public ReasonCounts reasons() {
    return reasons;
  }

  /** Notes that both ends were probed at {@code nowNanos}, because the connection is idle. */
  public void probed(long nowNanos) {
    probes = unansweredProbes() + 1;
    probedNanos = nowNanos;
  }

  /** Probes of an idle connection since its last packet. */
  public int unansweredProbes() {
    return lastNanos > probedNanos ? 0 : probes;
  }

  /** When both ends were probed last. */
  public long probedNanos() {
    return probedNanos;
  }

  /** Sets the time of its last packet. */
  public void touch(long nowNanos) {
    lastNanos = nowNanos;
  }

  /** The time of its last packet. */
  public long lastNanos() {
    return lastNanos;
  }

  /** Frees all octets that are kept. */
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
