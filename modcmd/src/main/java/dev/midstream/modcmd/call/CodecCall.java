package dev.midstream.modcmd.call;

import dev.midstream.agent.Agent;
import dev.midstream.agent.StateCodec;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the codec of an agent. A codec is a part of its agent: what it throws or returns wrongly
 * is the agent's failure.
 */
public final class CodecCall {
  /** The most octets that the state of a connection may take. */
  public static final int MAX_STATE_BYTES = 262_144;

  private static final byte[] NO_OCTETS = {};

  private CodecCall() {}

  /**
   * The state of an agent as octets.
   *
   * @param version the version that the codec wrote; 0 without a state or after a failure
   * @param octets what it wrote; empty if the version is 0
   * @param failure why there are none; null if there are
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Encoded(int version, byte[] octets, @Nullable AgentFailure failure) {
    /** No state. */
    public static final Encoded NONE = new Encoded(0, NO_OCTETS, null);

    private static final Encoded STATELESS = new Encoded(1, NO_OCTETS, null);

    private static Encoded failed(AgentFailure failure) {
      return new Encoded(0, NO_OCTETS, failure);
    }
  }

  /**
   * The state of an agent that was read.
   *
   * @param state the state; null after a failure
   * @param failure why there is none; null if there is one, or none was written
   */
  public record Decoded(@Nullable Object state, @Nullable AgentFailure failure) {
    /** No state. */
    public static final Decoded NONE = new Decoded(null, null);

    private static Decoded failed(AgentFailure failure) {
      return new Decoded(null, failure);
    }
  }

  /**
   * Writes {@code state}, which {@code agent} made.
   *
   * @throws VirtualMachineError if the codec throws one that is not the agent's, such as for memory
   */
  @SuppressWarnings("IllegalCatch") // what an agent throws is its own failure
  public static Encoded encode(Agent<?> agent, Object state) {
    try {
      return encodeTyped(agent.codec(), state);
    } catch (Throwable thrown) {
      return Encoded.failed(AgentFailure.thrown(thrown, CodecCall.class));
    }
  }

  private static <S> Encoded encodeTyped(StateCodec<S> codec, Object state) {
    if (codec == null) {
      return Encoded.failed(AgentFailure.found("codec returned null"));
    }
    @SuppressWarnings("unchecked") // the agent of the codec made the state
    byte[] octets = codec.encode((S) state);
    int version = codec.version();
    if (octets == null) {
      return Encoded.failed(AgentFailure.found("encode returned null"));
    }
    if (version < 1) {
      return Encoded.failed(AgentFailure.found("version of a codec is below 1: " + version));
    }
    if (octets.length > MAX_STATE_BYTES) {
      return Encoded.failed(
          AgentFailure.found(
              "state is too long: bytes=" + octets.length + " limit=" + MAX_STATE_BYTES));
    }
    return version == 1 && octets.length == 0
        ? Encoded.STATELESS
        : new Encoded(version, octets, null);
  }

  /**
   * Reads a state of {@code agent} that {@link #encode} wrote, possibly with another version of the
   * agent.
   *
   * @param agent null if there is none any more, which is a failure
   * @throws VirtualMachineError if the codec throws one that is not the agent's, such as for memory
   */
  @SuppressWarnings("IllegalCatch") // what an agent throws is its own failure
  public static Decoded decode(@Nullable Agent<?> agent, int version, byte[] octets) {
    if (agent == null) {
      return Decoded.failed(AgentFailure.found("rule without agent"));
    }
    try {
      return decodeTyped(agent.codec(), version, octets);
    } catch (Throwable thrown) {
      return Decoded.failed(AgentFailure.thrown(thrown, CodecCall.class));
    }
  }

  private static <S> Decoded decodeTyped(StateCodec<S> codec, int version, byte[] octets) {
    if (codec == null) {
      return Decoded.failed(AgentFailure.found("codec returned null"));
    }
    S state = codec.decode(version, octets);
    return state == null
        ? Decoded.failed(AgentFailure.found("decode returned null"))
        : new Decoded(state, null);
  }
}
