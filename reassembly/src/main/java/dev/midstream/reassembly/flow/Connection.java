package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.event.ReasonCounts;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.stream.EcnState;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.TimeWaitStream;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** One connection: its ends, its state, the rule that decided it and, if inspected, its streams. */
public final class Connection {
  private final ConnectionKey key;
  private final boolean clientLow;
  private final IdleProbes idleProbes = new IdleProbes();
  private final SeenEndpoints ends = new SeenEndpoints();
  private final Rest rest = new Rest();
  private final ReasonCounts reasons = new ReasonCounts();
  private @Nullable Rule rule;
  private AgentTerms terms = AgentTerms.of(null);
  private ConnectionState state = ConnectionState.OPENING;
  private Handling handling = Handling.UNTOUCHED;
  private @Nullable Handshake clientHandshake;
  private @Nullable Handshake serverHandshake;
  private @Nullable CompetingSyn competingSyn;
  private @Nullable Connection alternative;
  private @Nullable Stream clientToServer;
  private @Nullable Stream serverToClient;
  private @Nullable TimeWait finished;
  private @Nullable Object agentState;
  private @Nullable String name;
  private @Nullable Reason resetReason;
  private @Nullable Reason refusal;
  private boolean pickedUp;
  private boolean clientFinished;
  private boolean serverFinished;
  private long lastNanos;
  private int duePlace = -1;
  private ConnectionQueue.@Nullable Place unassured;
  private ConnectionQueue.@Nullable Place ending;

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

  /** Gives the connection to a rule. */
  public void decide(Rule rule, Handling handling) {
    this.rule = rule;
    terms = AgentTerms.of(rule.agent());
    this.handling = handling;
  }

  /** The rule that decided it. */
  public Rule rule() {
    if (rule == null) {
      throw new IllegalStateException("no rule decided this connection");
    }
    return rule;
  }

  /** What the agent of that rule has said of itself. */
  public AgentTerms terms() {
    return terms;
  }

  /** Addresses and ports, client first. */
  public String name() {
    name = name == null ? ConnectionName.of(this) : name;
    return name;
  }

  /** What is done with its packets. */
  public Handling handling() {
    return handling;
  }

  /** Changes what is done with its packets from now on. */
  public void handle(Handling handling) {
    this.handling = handling;
  }

  /** Lets its packets vanish or be answered with a reset from now on, each for {@code reason}. */
  public void refuse(Handling handling, Reason reason) {
    this.handling = handling;
    refusal = reason;
  }

  /**
   * Gives up everything kept of a connection that was reset: what still comes from {@code nowNanos}
   * on is answered with a reset, for {@code reason}.
   */
  public void entomb(Reason reason, long nowNanos) {
    competingSyn = null;
    lastNanos = Math.max(lastNanos, nowNanos);
    state = ConnectionState.TOMBSTONE;
    refuse(Handling.REJECTED, reason);
    giveUp();
  }

  /** Both ends have finished and know it of each other: only the last numbers are kept. */
  public void finish() {
    finished =
        new TimeWait(
            new TimeWaitStream(stream(Direction.CLIENT_TO_SERVER)),
            new TimeWaitStream(stream(Direction.SERVER_TO_CLIENT)),
            isEdited());
    giveUp();
  }

  /** What is kept since {@link #finish}; null before. */
  public @Nullable TimeWait finished() {
    return finished;
  }

  private void giveUp() {
    free();
    clientToServer = null;
    serverToClient = null;
    agentState = null;
    alternative = null;
  }

  /** Why its packets are refused; only while they are. */
  public Reason refusal() {
    if (refusal == null) {
      throw new IllegalStateException("connection is not refused: " + name());
    }
    return refusal;
  }

  /** How far it has come. */
  public ConnectionState state() {
    return state;
  }

  /** Moves on to another state. */
  public void enter(ConnectionState state) {
    this.state = state;
  }

  /** What the sender of {@code direction} said in its SYN; null before it was seen. */
  public @Nullable Handshake handshake(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? clientHandshake : serverHandshake;
  }

  /** Notes what the sender of {@code direction} said in its SYN. */
  public void handshake(Direction direction, @Nullable Handshake handshake) {
    if (direction == Direction.CLIENT_TO_SERVER) {
      clientHandshake = handshake;
    } else {
      serverHandshake = handshake;
    }
  }

  /** A connection of the same ends that nobody finds yet, decided by the same rule. */
  public Connection another() {
    Connection other = new Connection(key, clientLow);
    other.decide(rule(), handling);
    return other;
  }

  /** What this one may turn out to be, if its client answers another SYN-ACK; mostly null. */
  public @Nullable Connection alternative() {
    return alternative;
  }

  /** Notes what this one may turn out to be; null for nothing else. */
  public void alternative(@Nullable Connection other) {
    alternative = other;
  }

  /** A later SYN with another number, which waits for its answer; mostly null. */
  public @Nullable CompetingSyn competingSyn() {
    return competingSyn;
  }

  /** Notes a later SYN in place of the one before. */
  public void competingSyn(CompetingSyn syn) {
    competingSyn = syn;
  }

  /** Whether both SYNs were seen. */
  public boolean isWhole() {
    return clientHandshake != null && serverHandshake != null;
  }

  /**
   * Makes the stream of {@code direction}.
   *
   * @param initialSequence its sender's initial sequence number
   * @param commandCeiling commands beyond which no agent is called
   * @param firstCopyBytes first copies that are kept at most; older ones give way
   */
  public Stream openStream(
      Direction direction,
      int initialSequence,
      int commandCeiling,
      long firstCopyBytes,
      ByteBufAllocator allocator,
      MemoryBudget budget) {
    Stream stream = new Stream(initialSequence, commandCeiling, firstCopyBytes, allocator, budget);
    if (direction == Direction.CLIENT_TO_SERVER) {
      clientToServer = stream;
    } else {
      serverToClient = stream;
    }
    return stream;
  }

  /** Whether both streams are open. */
  public boolean hasStreams() {
    return clientToServer != null && serverToClient != null;
  }

  /** The stream of {@code direction}, or null. */
  public @Nullable Stream streamOrNull(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
  }

  /** The stream of {@code direction}; only while {@link #hasStreams()}. */
  public Stream stream(Direction direction) {
    Stream stream = streamOrNull(direction);
    if (stream == null) {
      throw new IllegalStateException("connection without streams: " + name());
    }
    return stream;
  }

  /** The other stream than {@code stream}; only while {@link #hasStreams()}. */
  public Stream reverse(Stream stream) {
    boolean toServer = stream == clientToServer;
    return stream(toServer ? Direction.SERVER_TO_CLIENT : Direction.CLIENT_TO_SERVER);
  }

  /** Whether it is at rest. */
  public Rest rest() {
    return rest;
  }

  /** What the agent knows; null before its first call. */
  public @Nullable Object agentState() {
    return agentState;
  }

  /** Keeps what the agent knows. */
  public void agentState(@Nullable Object state) {
    agentState = state;
  }

  /** Whether the agent may be called: both ends confirmed the opening, or it was picked up. */
  public boolean isReadyForAgent() {
    boolean open = isWhole() && state != ConnectionState.OPENING;
    return (pickedUp || open) && resetReason == null;
  }

  /** Whether both ends take selective acknowledgements (RFC 2018). */
  public boolean isSackAgreed() {
    return clientHandshake != null
        && serverHandshake != null
        && clientHandshake.sackPermitted()
        && serverHandshake.sackPermitted();
  }

  /** Whether both ends agreed on accurate ECN. */
  public boolean isAccurateEcn() {
    return clientToServer != null
        && serverToClient != null
        && EcnState.isAccurate(clientToServer.headers().ecn(), serverToClient.headers().ecn());
  }

  /** Wants both ends reset as soon as the present packet allows. */
  public void wantReset(Reason reason) {
    resetReason = reason;
  }

  /** Why both ends are to be reset; mostly null. */
  public @Nullable Reason resetReason() {
    return resetReason;
  }

  /** Notes that the opening was not seen: only edits of equal length may apply. */
  public void pickUp() {
    pickedUp = true;
  }

  /** Whether the opening was not seen. */
  public boolean isPickedUp() {
    return pickedUp;
  }

  /** Notes the FIN of one end. */
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

  /** Whether both ends have sent a FIN and know that the other has got it. */
  public boolean isFinishAcknowledged() {
    return clientToServer != null
        && serverToClient != null
        && clientToServer.isFinAcknowledged()
        && serverToClient.isFinAcknowledged();
  }

  /** Which ends take part in it. */
  public SeenEndpoints ends() {
    return ends;
  }

  /** Which reasons were given for it. */
  public ReasonCounts reasons() {
    return reasons;
  }

  /** How often both ends were asked whether they are alive. */
  public IdleProbes idleProbes() {
    return idleProbes;
  }

  /** Stamps the time of its last packet. */
  public void touch(long nowNanos) {
    lastNanos = nowNanos;
  }

  /** The time of its last packet. */
  public long lastNanos() {
    return lastNanos;
  }

  /** Whether any octet of either direction was ever edited. */
  public boolean isEdited() {
    boolean edited = finished != null && finished.edited();
    return edited
        || (clientToServer != null && clientToServer.edits().isAny())
        || (serverToClient != null && serverToClient.edits().isAny());
  }

  /** Whether either end was told of octets that the other one has not got. */
  public boolean isOwing() {
    return clientToServer != null
        && serverToClient != null
        && (clientToServer.isPromised() || serverToClient.isPromised());
  }

  /** Gives back all octets kept; the connection is not used any more. */
  public void free() {
    if (clientToServer != null) {
      clientToServer.free();
    }
    if (serverToClient != null) {
      serverToClient.free();
    }
    if (alternative != null) {
      alternative.free();
    }
  }

  ConnectionQueue.@Nullable Place place(ConnectionQueue.Kind kind) {
    return kind == ConnectionQueue.Kind.UNSETTLED ? unassured : ending;
  }

  void place(ConnectionQueue.Kind kind, ConnectionQueue.@Nullable Place place) {
    if (kind == ConnectionQueue.Kind.UNSETTLED) {
      unassured = place;
    } else {
      ending = place;
    }
  }

  int duePlace() {
    return duePlace;
  }

  void duePlace(int duePlace) {
    this.duePlace = duePlace;
  }
}
