package dev.midstream.worlds.scenario;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Decides each connection as the agent does that was made for it, and notes its context. */
final class RelatedAgent implements Agent<RelatedAgent.State> {
  private final Map<Integer, Agent<String>> agents = new HashMap<>();
  private final Map<Integer, Octets> contexts = new HashMap<>();

  /** The port of the connection's client, and the state of its agent. */
  record State(int port, String own) {}

  /** Decides the connection that is opened from {@code port} as {@code agent} does. */
  void put(int port, Agent<String> agent) {
    agents.put(port, agent);
  }

  /** The context of the connection that was opened from {@code port}; empty if it was not told. */
  Octets contextOf(int port) {
    return contexts.getOrDefault(port, Octets.empty());
  }

  @Override
  public State newConnection() {
    throw new UnsupportedOperationException("the engine knows the opening");
  }

  @Override
  public State newConnection(Opening opening) {
    int port = opening.client().port();
    contexts.put(port, opening.context());
    Opening plain =
        new Opening(
            opening.client(),
            opening.server(),
            opening.clientAtServer(),
            opening.serverAtServer(),
            opening.start(),
            opening.isEnforced(),
            Octets.empty());
    return new State(port, agentOf(port).newConnection(plain));
  }

  @Override
  public State onOctets(State state, Direction direction, OctetView view, Decisions out) {
    String after = agentOf(state.port()).onOctets(state.own(), direction, view, out);
    return after.equals(state.own()) ? state : new State(state.port(), after);
  }

  private Agent<String> agentOf(int port) {
    return Objects.requireNonNull(agents.get(port), "another agent must decide it: port=" + port);
  }

  /** A connection that was silent is parked with this state, or another engine goes on with it. */
  @Override
  public StateCodec<State> codec() {
    return new StateCodec<>() {
      @Override
      public int version() {
        return 1;
      }

      @Override
      public byte[] encode(State state) {
        StateCodec<String> own = agentOf(state.port()).codec();
        byte[] octets = own.encode(state.own());
        return ByteBuffer.allocate(2 * Integer.BYTES + octets.length)
            .putInt(state.port())
            .putInt(own.version())
            .put(octets)
            .array();
      }

      @Override
      public State decode(int version, byte[] octets) {
        ByteBuffer in = ByteBuffer.wrap(octets);
        int port = in.getInt();
        int ownVersion = in.getInt();
        byte[] own = new byte[in.remaining()];
        in.get(own);
        return new State(port, agentOf(port).codec().decode(ownVersion, own));
      }
    };
  }
}
