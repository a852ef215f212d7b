package dev.midstream.modcmd.agent;

/**
 * Turns an agent's state into octets and back. Every version that was ever written stays readable.
 *
 * @param <S> the agent's state
 */
public interface StateCodec<S> {

  /** The codec of an agent that knows nothing of a connection: version 1, no octets. */
  static <S> StateCodec<S> stateless(S state) {
    return new StatelessCodec<>(state);
  }

  /** The version {@link #encode} writes; 1 or more. */
  int version();

  /** The state as octets, exactly what the agent knows and no more. */
  byte[] encode(S state);

  /**
   * The state from octets of {@code version}.
   *
   * @throws IllegalArgumentException if the version is unknown or the octets are damaged
   */
  S decode(int version, byte[] octets);
}
