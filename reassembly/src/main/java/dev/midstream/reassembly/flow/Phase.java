package dev.midstream.reassembly.flow;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.call.AgentFailure;
import dev.midstream.modcmd.call.CodecCall.Decoded;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.stream.EcnState;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.TimeWaitStream;
import dev.midstream.reassembly.stream.WaitTimes;
import dev.midstream.wire.packet.Leg;
import org.jspecify.annotations.Nullable;

/**
 * What is stored for a connection, which decides what happens to its packets. A connection is in
 * one phase at a time:
 *
 * <pre>
 *   Opening -> Open -> TimeWait
 *      |         |        |
 *      +---------+--------+--> Untouched, Refused
 * </pre>
 *
 * <p>Essential: which phase it is, its handling, why it is refused, the agent's state, and of each
 * direction what {@link dev.midstream.reassembly.stream.Edits} or {@link TimeWaitStream} names.
 * Derived: legs and the agent's revision. A requested reset is sent in the same call.
 *
 * <p>{@link TimeWait} is always {@link ConnectionState#CLOSING}, and only {@link Refused} can be
 * {@link ConnectionState#TOMBSTONE}. Each other phase occurs in every other state.
 */
public sealed interface Phase {

  /** What is done with the packets of a connection in this phase. */
  Handling handling();

  /** Where segments of its ends arrived while it was inspected. */
  Legs legs();

  /** Whether an octet of either direction was edited. */
  default boolean hasEdits() {
    return false;
  }

  /** What the connection takes of the heap at most; octets are charged elsewhere. */
  default int heapBytes() {
    return ConnectionHeap.OTHER_BYTES;
  }

  /**
   * The legs on which segments of the two ends arrived.
   *
   * @param client null if none of the client arrived
   * @param server null if none of the server arrived
   */
  record Legs(@Nullable Leg client, @Nullable Leg server) {
    /** No segment of either end arrived. */
    static final Legs NONE = new Legs(null, null);

    static Legs of(@Nullable Stream clientToServer, @Nullable Stream serverToClient) {
      return new Legs(legOf(clientToServer), legOf(serverToClient));
    }

    /** Whether segments of {@code direction} arrive on {@code leg}, as far as that is known. */
    public boolean mayCarry(Direction direction, Leg leg) {
      Leg known = direction == Direction.CLIENT_TO_SERVER ? client : server;
      return known == null || known == leg;
    }

    private static @Nullable Leg legOf(@Nullable Stream stream) {
      return stream != null && stream.headers().isTemplateKnown()
          ? stream.headers().template().leg()
          : null;
    }
  }

  /** The connection is not inspected, or no longer. */
  record Untouched(Legs legs) implements Phase {
    /** A connection that was never inspected. */
    static final Untouched NEVER_INSPECTED = new Untouched(Legs.NONE);

    @Override
    public Handling handling() {
      return Handling.UNTOUCHED;
    }
  }

  /**
   * The packets are dropped or rejected. A tombstone is such a phase too.
   *
   * @param handling {@link Handling#DROPPED} or {@link Handling#REJECTED}
   * @param reason counted for each packet
   */
  record Refused(Handling handling, Reason reason, boolean hasEdits, Legs legs) implements Phase {}

  /**
   * An inspected connection of which at most one SYN was seen. It has the stream of that SYN only.
   *
   * @param handling {@link Handling#MONITORED} or {@link Handling#EDITED}
   */
  record Opening(
      Handling handling, @Nullable Stream clientToServer, @Nullable Stream serverToClient)
      implements Phase {

    @Override
    public Legs legs() {
      return Legs.of(clientToServer, serverToClient);
    }

    /** As much as with both streams, which may follow at any time. */
    @Override
    public int heapBytes() {
      return ConnectionHeap.INSPECTED_BYTES;
    }

    @Nullable Stream stream(Direction direction) {
      return direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
    }

    /** The phase after the stream of {@code direction} is opened too. */
    Phase with(Direction direction, Stream stream) {
      boolean isClient = direction == Direction.CLIENT_TO_SERVER;
      Stream client = isClient ? stream : clientToServer;
      Stream server = isClient ? serverToClient : stream;
      return client == null || server == null
          ? new Opening(handling, client, server)
          : new Open(handling, client, server);
    }
  }

  /** Inspected in both directions. */
  final class Open implements Phase {
    private final Handling handling;
    private final Stream clientToServer;
    private final Stream serverToClient;
    private @Nullable Object agentState;
    private int agentRevision;
    private @Nullable AgentFailure lostState;
    private @Nullable Reason resetReason;
    private final AbortedEnd abortedEnd = new AbortedEnd();

    Open(Handling handling, Stream clientToServer, Stream serverToClient) {
      this.handling = handling;
      this.clientToServer = clientToServer;
      this.serverToClient = serverToClient;
      clientToServer.edits().joinWith(serverToClient.edits());
      serverToClient.edits().joinWith(clientToServer.edits());
    }

    @Override
    public Handling handling() {
      return handling;
    }

    @Override
    public Legs legs() {
      return Legs.of(clientToServer, serverToClient);
    }

    @Override
    public int heapBytes() {
      return ConnectionHeap.INSPECTED_BYTES;
    }

    Stream stream(Direction direction) {
      return direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
    }

    public Stream reverse(Stream stream) {
      return stream == clientToServer ? serverToClient : clientToServer;
    }

    boolean isReplyAtCommandLimit(Stream stream) {
      Stream reverse = reverse(stream);
      return reverse.receiver().isReplyUnacknowledged() && reverse.isAtCommandLimit();
    }

    @Override
    public boolean hasEdits() {
      return clientToServer.edits().hasAny() || serverToClient.edits().hasAny();
    }

    boolean isAccurateEcn() {
      return EcnState.isAccurate(clientToServer.headers().ecn(), serverToClient.headers().ecn());
    }

    /** Whether both FINs are acknowledged. */
    public boolean isFinishAcknowledged() {
      return clientToServer.isFinAcknowledged() && serverToClient.isFinAcknowledged();
    }

    /** Whether the engine ended a stream and awaits the FIN of its sender, or has reset one end. */
    public boolean isFinAwaited() {
      return abortedEnd.towards() != null
          || isFinAwaited(clientToServer)
          || isFinAwaited(serverToClient);
    }

    private static boolean isFinAwaited(Stream stream) {
      return stream.sender().waitTimes().finFirstNanos() != WaitTimes.NEVER && !stream.isComplete();
    }

    /** Whether either end may close before the other one is answered: it got an engine's FIN. */
    public boolean mayBeAnsweredFirst() {
      return clientToServer.edits().fin().isOwn() || serverToClient.edits().fin().isOwn();
    }

    /**
     * Whether the engine acknowledged octets to either end that the other end has not acknowledged.
     */
    public boolean isPromised() {
      return clientToServer.isPromised() || serverToClient.isPromised();
    }

    /**
     * Whether neither stream waits for anything, no reset is requested, and the connection will not
     * be left untouched.
     */
    public boolean isQuiet() {
      return resetReason == null
          && abortedEnd.wanted() == null
          && clientToServer.isQuiet()
          && serverToClient.isQuiet()
          && !(clientToServer.edits().areOver() && serverToClient.edits().areOver());
    }

    /** Whether it is quiet and neither direction has commands. */
    public boolean isQuietWithoutCommands() {
      return clientToServer.edits().commands().isEmpty()
          && serverToClient.edits().commands().isEmpty()
          && isQuiet();
    }

    /**
     * Whether the engine has nothing to retransmit, acknowledge or pace in either direction, now or
     * later.
     */
    public boolean hasNoDuties() {
      return clientToServer.hasNoDuties() && serverToClient.hasNoDuties();
    }

    /** Whether all decisions of both directions are committed. */
    public boolean isCommitted() {
      return clientToServer.edits().commit().isCommitted()
          && serverToClient.edits().commit().isCommitted();
    }

    /** Whether nothing in either direction may be kept back because it is not committed. */
    public boolean isSettled() {
      return clientToServer.edits().commit().isSettled()
          && serverToClient.edits().commit().isSettled();
    }

    /** Whether the last record holds all that is decided in both directions. */
    boolean isWritten() {
      return clientToServer.edits().commit().isWritten()
          && serverToClient.edits().commit().isWritten();
    }

    /** Notes that a record was written that holds all that is decided in both directions. */
    void noteWritten() {
      clientToServer.edits().commit().noteWritten();
      serverToClient.edits().commit().noteWritten();
    }

    /** Notes that all that is decided is committed. */
    public void noteCommitted() {
      noteWritten();
      clientToServer.edits().commit().commitAll();
      serverToClient.edits().commit().commitAll();
    }

    /** Goes on without records, because none can be written: nothing waits for one. */
    public void stopCommit() {
      clientToServer.edits().stopCommit();
      serverToClient.edits().stopCommit();
    }

    /** State of the agent; null before its first call. */
    public @Nullable Object agentState() {
      return agentState;
    }

    /** Sets the state of the agent, and whether it changed. */
    public void updateAgentState(Object state, boolean isChanged) {
      agentState = state;
      agentRevision += isChanged ? 1 : 0;
    }

    /** Sets the state that was read, or why it was not. */
    void restoreAgent(Decoded state) {
      agentState = state.state();
      lostState = state.failure();
    }

    /** Why the state of the agent could not be read; usually null. */
    public @Nullable AgentFailure takeLostState() {
      AgentFailure taken = lostState;
      lostState = null;
      return taken;
    }

    /** Whether the agent may be called again: not if all that will come is decided. */
    boolean needsAgent() {
      return clientToServer.edits().needAgent() || serverToClient.edits().needAgent();
    }

    int agentRevision() {
      return agentRevision;
    }

    @Nullable Reason resetReason() {
      return resetReason;
    }

    /**
     * Whether it is not known what one of the ends has, and an agent of these terms may put a reply
     * there. One that replays exactly puts none there because of octets of the other direction.
     */
    public boolean isOutputUnknown(AgentTerms terms) {
      return !terms.replaysExactly()
          && (clientToServer.receiver().inherited().isUnknown()
              || serverToClient.receiver().inherited().isUnknown());
    }

    /** Whether an agent may decide otherwise than before what an end already has. */
    public boolean isReplayEarly() {
      return clientToServer.receiver().inherited().isReplayEarly()
          || serverToClient.receiver().inherited().isReplayEarly();
    }

    /**
     * Requests a reset of the receiver of {@code towards}, which is sent after the packet, or once
     * it is in a record.
     */
    public void wantAbort(Direction towards) {
      abortedEnd.want(towards);
    }

    /** Whether the receiver of {@code stream} is to be reset alone. */
    public boolean wantsAbort(Stream stream) {
      Direction wanted = abortedEnd.wanted();
      return wanted != null && stream(wanted) == stream;
    }

    /** The direction whose receiver may be reset alone now; usually null. */
    public @Nullable Direction dueAbort() {
      Direction wanted = abortedEnd.wanted();
      return wanted != null && stream(wanted).edits().commit().allowsReset() ? wanted : null;
    }

    /** Notes that the receiver of {@code towards} was reset, and not the other end. */
    public void noteAborted(Direction towards) {
      abortedEnd.note(towards);
    }

    /** Which end was reset, or is to be, and not the other one. */
    AbortedEnd abortedEnd() {
      return abortedEnd;
    }

    /** Whether records of the connection are written. */
    public boolean isRecorded() {
      return clientToServer.edits().commit().isOn();
    }

    /** Whether the receiver of {@code direction} was reset, and not the other end. */
    public boolean isReceiverReset(Direction direction) {
      return direction == abortedEnd.towards();
    }

    /** Whether the sender of {@code direction} was reset, and not the other end. */
    public boolean isSenderReset(Direction direction) {
      return direction.opposite() == abortedEnd.towards();
    }

    void wantReset(Reason reason) {
      resetReason = reason;
    }
  }

  /** Edited, and both FINs are acknowledged: only the last numbers are kept. */
  record TimeWait(TimeWaitStream clientToServer, TimeWaitStream serverToClient, boolean hasEdits)
      implements Phase {
    @Override
    public Handling handling() {
      return Handling.EDITED;
    }

    @Override
    public Legs legs() {
      return new Legs(clientToServer.leg(), serverToClient.leg());
    }

    /** The last numbers of the stream of {@code direction}. */
    public TimeWaitStream stream(Direction direction) {
      return direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
    }
  }
}
