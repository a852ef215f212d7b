package dev.midstream.agent;

/**
 * Writes an agent's state as octets and reads it back, where a connection goes on elsewhere. A
 * codec reads every version that was ever written. The state of an agent that is not called again
 * for its connection is not written.
 *
 * <p>A state takes 262,144 octets at most, so whatever the agent stores in it has a limit.
 *
 * @param <S> the agent's state
 */
public interface StateCodec<S> {

  /** The codec of an agent without state: version 1, no octets. */
  static <S> StateCodec<S> stateless(S state) {
    return new StatelessCodec<>(state);
  }

  /** The version that {@link #encode} writes; 1 or more. */
  int version();

  /**
   * The state as octets. If it throws, returns null or more octets than a state may take, the
   * connection goes on where it is.
   */
  byte[] encode(S state);

  /**
   * The state from octets of {@code version}. If it throws or returns null, the agent has failed:
   * the connection goes on without it as {@code on-agent-failure} says.
   *
   * @throws IllegalArgumentException if the version is unknown or the octets are invalid
   */
  S decode(int version, byte[] octets);
}
