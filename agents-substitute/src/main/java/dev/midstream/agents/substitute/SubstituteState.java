package dev.midstream.agents.substitute;

import dev.midstream.agent.Direction;
import java.util.Objects;

/** What is known of the decided octets of a connection. Immutable. */
record SubstituteState(Memory clientToServer, Memory serverToClient) {
  /** The states without counts, of which there are four; so most calls allocate nothing. */
  private static final SubstituteState[] UNCOUNTED = new SubstituteState[4];

  static {
    for (int i = 0; i < UNCOUNTED.length; i++) {
      Memory none = Memory.initial(0);
      UNCOUNTED[i] = new SubstituteState(none.after((i & 1) != 0), none.after((i & 2) != 0));
    }
  }

  /** The state of both directions. */
  static SubstituteState of(Memory clientToServer, Memory serverToClient) {
    if (!clientToServer.made().isEmpty() || !serverToClient.made().isEmpty()) {
      return new SubstituteState(clientToServer, serverToClient);
    }
    return UNCOUNTED[(clientToServer.isInWord() ? 1 : 0) | (serverToClient.isInWord() ? 2 : 0)];
  }

  /** What is known of {@code direction}. */
  Memory memory(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
  }

  /** This state with {@code memory} for {@code direction}; the same instance if nothing changed. */
  SubstituteState with(Direction direction, Memory memory) {
    if (Objects.equals(memory, memory(direction))) {
      return this;
    }
    return direction == Direction.CLIENT_TO_SERVER
        ? of(memory, serverToClient)
        : of(clientToServer, memory);
  }
}
