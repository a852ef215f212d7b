package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.stream.EcnState;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.TimeWaitStream;
import dev.midstream.wire.packet.Leg;
import org.jspecify.annotations.Nullable;

/**
 * What is stored for a connection, which decides what happens to its packets. A connection is in
 * one phase at a time:
 *
 * <pre>
 *   Opening -> Open -> TimeWait
 *      |         |        |
 *      +---------+--------+--> Untouched, Refused, Tombstone
 * </pre>
 *
 * <p>Essential: which phase it is, its handling, the streams' edits and the agent's state. Derived:
 * legs and the agent's revision.
 */
public sealed interface Phase {

  /** What is done with the packets of a connection in this phase. */
  Handling handling();

  /**
   * The legs on which segments of the two ends arrived while the connection was inspected.
   *
   * @param client null if none of the client arrived
   * @param server null if none of the server arrived
   */
  record Legs(@Nullable Leg client, @Nullable Leg server) {
    /** No segment of either end arrived. */
    static final Legs NONE = new Legs(null, null);

    @Nullable Leg of(Direction direction) {
      return direction == Direction.CLIENT_TO_SERVER ? client : server;
    }
  }

  /**
   * The connection is not inspected, or no longer.
   *
   * @param legs where segments of its ends arrived
   */
  record Untouched(Legs legs) implements Phase {
    /** A connection that was never inspected. */
    static final Untouched NEVER_INSPECTED = new Untouched(Legs.NONE);

    @Override
    public Handling handling() {
      return Handling.UNTOUCHED;
    }
  }

  /**
   * The packets are dropped or rejected.
   *
   * @param handling {@link Handling#DROPPED} or {@link Handling#REJECTED}
   * @param reason counted for each packet
   * @param isEdited whether octets were edited before
   * @param legs where segments of its ends arrived
   */
  record Refused(Handling handling, Reason reason, boolean isEdited, Legs legs) implements Phase {}

  /**
   * Reset inline: every further segment is answered with a reset and counted for {@code reason}.
   */
  record Tombstone(Reason reason) implements Phase {
    @Override
    public Handling handling() {
      return Handling.REJECTED;
    }
  }

  /**
   * Inspected, and at most one SYN was seen.
   *
   * @param handling {@link Handling#MONITORED} or {@link Handling#EDITED}
   * @param direction the direction of {@code stream}
   * @param stream the stream of that SYN, or null
   */
  record Opening(Handling handling, Direction direction, @Nullable Stream stream)
      implements Phase {}

  /** Inspected in both directions. */
  final class Open implements Phase {
    private final Handling handling;
    private final Stream clientToServer;
    private final Stream serverToClient;
    private @Nullable Object agentState;
    private int agentRevision;
    private @Nullable Reason resetReason;

    Open(Handling handling, Stream clientToServer, Stream serverToClient) {
      this.handling = handling;
      this.clientToServer = clientToServer;
      this.serverToClient = serverToClient;
    }

    @Override
    public Handling handling() {
      return handling;
    }

    Stream stream(Direction direction) {
      return direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
    }

    Stream reverse(Stream stream) {
      return stream == clientToServer ? serverToClient : clientToServer;
    }

    boolean isEdited() {
      return clientToServer.edits().hasAny() || serverToClient.edits().hasAny();
    }

    boolean isAccurateEcn() {
      return EcnState.isAccurate(clientToServer.headers().ecn(), serverToClient.headers().ecn());
    }

    /** Whether both FINs are acknowledged. */
    public boolean isFinishAcknowledged() {
      return clientToServer.isFinAcknowledged() && serverToClient.isFinAcknowledged();
    }

    /**
     * Whether the engine acknowledged octets to either end that the other end has not acknowledged.
     */
    public boolean isPromised() {
      return clientToServer.isPromised() || serverToClient.isPromised();
    }

    /** Whether neither stream waits for anything, and no reset is requested. */
    public boolean isQuiet() {
      return resetReason == null && clientToServer.isQuiet() && serverToClient.isQuiet();
    }

    /** Whether it is quiet and neither direction has commands. */
    public boolean isPlain() {
      return clientToServer.edits().commands().isEmpty()
          && serverToClient.edits().commands().isEmpty()
          && isQuiet();
    }

    /**
     * Whether the engine has nothing to retransmit, acknowledge or pace in either direction, now or
     * later.
     */
    public boolean isSettled() {
      return clientToServer.isSettled() && serverToClient.isSettled();
    }

    @Nullable Object agentState() {
      return agentState;
    }

    void agentState(Object state, boolean isChanged) {
      agentState = state;
      agentRevision += isChanged ? 1 : 0;
    }

    int agentRevision() {
      return agentRevision;
    }

    @Nullable Reason resetReason() {
      return resetReason;
    }

    void wantReset(Reason reason) {
      resetReason = reason;
    }
  }

  /**
   * Edited, and both FINs are acknowledged: only the last numbers are kept.
   *
   * @param clientToServer the last numbers of the client's stream
   * @param serverToClient the last numbers of the server's stream
   * @param isEdited whether octets were edited
   */
  record TimeWait(TimeWaitStream clientToServer, TimeWaitStream serverToClient, boolean isEdited)
      implements Phase {
    @Override
    public Handling handling() {
      return Handling.EDITED;
    }

    /** The last numbers of the stream of {@code direction}. */
    public TimeWaitStream stream(Direction direction) {
      return direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
    }
  }
}
