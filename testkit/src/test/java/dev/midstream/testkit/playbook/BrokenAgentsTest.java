package dev.midstream.testkit.playbook;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.StateCodec;
import dev.midstream.testkit.agent.SimpleAgents;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents one of whose methods throws or returns null. */
class BrokenAgentsTest {
  @ParameterizedTest
  @ValueSource(strings = {"newConnection", "onOctets", "wantsFlush", "codec", "encode", "decode"})
  @DisplayName("C-20 a method that throws is named, with what it has thrown")
  void namesTheMethodThatThrows(String method) {
    assertThatThrownBy(() -> play(new BrokenAgent(method, false)))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith(": " + method + " threw " + OwnError.class.getName())
        .hasRootCauseInstanceOf(OwnError.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"newConnection", "onOctets", "codec", "encode", "decode"})
  @DisplayName("C-20 a method that returns null is named")
  void namesTheMethodThatReturnsNull(String method) {
    assertThatThrownBy(() -> play(new BrokenAgent(method, true)))
        .isInstanceOf(AssertionError.class)
        .hasMessage("whole: " + method + " returned null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"newConnection", "onOctets", "codec"})
  @DisplayName("C-20 arbitrary octets find such a method, too")
  void fuzzingNamesTheMethodThatThrows(String method) {
    assertThatThrownBy(() -> AgentFuzz.play(new BrokenAgent(method, false), new byte[] {1}))
        .isInstanceOf(AssertionError.class)
        .hasMessage("whole: " + method + " threw " + OwnError.class.getName());
  }

  private static void play(BrokenAgent agent) {
    new AgentPlaybook(agent).clientSends("octets").clientEnds().serverGets("octets").play();
  }

  private static final class OwnError extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Passes octets in pairs. Its method {@code broken} returns null or throws. */
  @SuppressWarnings("NullAway") // null is the fault
  private record BrokenAgent(String broken, boolean returnsNull)
      implements Agent<Integer>, StateCodec<Integer> {
    @Override
    public Integer newConnection() {
      return answer("newConnection", 0);
    }

    @Override
    public Integer onOctets(Integer state, Direction direction, OctetView view, Decisions out) {
      if (view.length() > 1 || view.endOfStream()) {
        SimpleAgents.pass(view, out);
      }
      return answer("onOctets", state);
    }

    @Override
    public boolean wantsFlush(Integer state, Direction direction) {
      return answer("wantsFlush", false);
    }

    @Override
    public StateCodec<Integer> codec() {
      return answer("codec", this);
    }

    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(Integer state) {
      return answer("encode", new byte[0]);
    }

    @Override
    public Integer decode(int version, byte[] octets) {
      return answer("decode", 0);
    }

    private <T> @Nullable T answer(String method, T good) {
      if (!method.equals(broken)) {
        return good;
      }
      if (returnsNull) {
        return null;
      }
      throw new OwnError();
    }
  }
}
