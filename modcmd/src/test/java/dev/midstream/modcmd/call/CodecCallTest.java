package dev.midstream.modcmd.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.StateCodec;
import dev.midstream.modcmd.call.CodecCall.Decoded;
import dev.midstream.modcmd.call.CodecCall.Encoded;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Codecs of agents that do what no codec should. */
class CodecCallTest {
  private static final byte[] ONE = {1};

  /** An agent with this codec, which is null if that is its mistake. */
  private record Coded(@Nullable StateCodec<String> mistaken) implements Agent<String> {
    @Override
    public String newConnection() {
      return "";
    }

    @Override
    public String onOctets(String state, Direction direction, OctetView view, Decisions out) {
      return state;
    }

    @Override
    @SuppressWarnings("NullAway") // null is the mistake
    public StateCodec<String> codec() {
      return mistaken;
    }
  }

  /** A codec of one state, "x", with this version and these octets. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Fixed(int version, byte @Nullable [] octets) implements StateCodec<String> {
    @Override
    @SuppressWarnings("NullAway") // null is the mistake
    public byte[] encode(String state) {
      return octets;
    }

    @Override
    @SuppressWarnings("NullAway") // null is the mistake
    public String decode(int written, byte[] read) {
      if (written > version) {
        throw new IllegalArgumentException("unknown version");
      }
      return read.length == 0 ? null : "x";
    }
  }

  private static final class Throwing implements StateCodec<String> {
    private final Error error;

    Throwing(Error error) {
      this.error = error;
    }

    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(String state) {
      throw error;
    }

    @Override
    public String decode(int version, byte[] octets) {
      throw error;
    }
  }

  private static AgentFailure encoding(@Nullable StateCodec<String> codec) {
    Encoded encoded = CodecCall.encode(new Coded(codec), "x");
    assertThat(encoded.version()).isZero();
    assertThat(encoded.octets()).isEmpty();
    return failure(encoded.failure());
  }

  private static AgentFailure decoding(@Nullable StateCodec<String> codec, int version) {
    Decoded decoded = CodecCall.decode(new Coded(codec), version, new byte[0]);
    assertThat(decoded.state()).isNull();
    return failure(decoded.failure());
  }

  private static AgentFailure failure(@Nullable AgentFailure failure) {
    if (failure == null) {
      throw new AssertionError("no failure");
    }
    return failure;
  }

  @Test
  @DisplayName("HDP-17 what a codec writes is read again")
  void writesAndReads() {
    Agent<String> agent = new Coded(new Fixed(3, ONE));
    Encoded encoded = CodecCall.encode(agent, "x");
    assertThat(encoded.failure()).isNull();
    assertThat(encoded.version()).isEqualTo(3);
    assertThat(CodecCall.decode(agent, 3, encoded.octets())).isEqualTo(new Decoded("x", null));
  }

  @Test
  @DisplayName("HDP-17 C-75 what a codec throws is the agent's failure, with its place")
  void tellsWhatWasThrown() {
    Error broken = new AssertionError("broken");
    assertThat(encoding(new Throwing(broken)).text()).contains("broken");
    assertThat(decoding(new Throwing(broken), 1).text()).contains("broken");
    assertThat(decoding(new Fixed(1, ONE), 2).text()).contains("unknown version");
    assertThat(encoding(new Throwing(new StackOverflowError("deep"))).text()).contains("deep");
  }

  @Test
  @DisplayName("HDP-17 an error that is not the agent's, such as for memory, is thrown again")
  void throwsOtherErrors() {
    Agent<String> agent = new Coded(new Throwing(new OutOfMemoryError("all")));
    assertThatThrownBy(() -> CodecCall.encode(agent, "x")).isInstanceOf(OutOfMemoryError.class);
    assertThatThrownBy(() -> CodecCall.decode(agent, 1, ONE)).isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  @DisplayName("HDP-17 C-75 a codec that returns what it must not has failed")
  void refusesWrongAnswers() {
    assertThat(encoding(null).text()).isEqualTo("codec returned null");
    assertThat(decoding(null, 1).text()).isEqualTo("codec returned null");
    assertThat(encoding(new Fixed(1, null)).text()).isEqualTo("encode returned null");
    assertThat(decoding(new Fixed(1, ONE), 1).text()).isEqualTo("decode returned null");
    assertThat(encoding(new Fixed(0, ONE)).text()).contains("version").contains("0");
    assertThat(failure(CodecCall.decode(null, 1, ONE).failure()).text()).contains("without agent");
  }

  @Test
  @DisplayName("HDP-17 C-75 a state takes 256 KiB at most")
  void limitsTheState() {
    byte[] most = new byte[CodecCall.MAX_STATE_BYTES];
    byte[] more = new byte[CodecCall.MAX_STATE_BYTES + 1];
    assertThat(CodecCall.encode(new Coded(new Fixed(1, most)), "x").failure()).isNull();
    assertThat(encoding(new Fixed(1, more)).text())
        .isEqualTo("state is too long: bytes=262145 limit=262144");
  }
}
