package dev.midstream.agent;

/**
 * Writes an agent's state as octets and reads it back. A codec reads every version that was ever
 * written.
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

  /** The state as octets. */
  byte[] encode(S state);

  /**
   * The state from octets of {@code version}.
   *
   * @throws IllegalArgumentException if the version is unknown or the octets are invalid
   */
  S decode(int version, byte[] octets);
}
