package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.Opening.Start;
import dev.midstream.agent.StateCodec;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an agent is told of a connection before its first octets. */
class OpeningTest {
  private static final String BOTH_SPEAK =
      """
      s> P. 1:3(2) ack 1 "hi"
      >c same
      c> P. 1:3(2) ack 3 "ho"
      >s same
      """;

  private final List<Opening> openings = new ArrayList<>();

  static List<Ends> ends() {
    return List.of(
        Ends.IPV4, Ends.IPV6, Ends.IPV4.withVlans(100 << 12 | 7), Ends.IPV4.withPorts(80, 40_000));
  }

  @ParameterizedTest
  @MethodSource("ends")
  @DisplayName("the agent is told once, before the first octets, which ends the connection has")
  void tellsBothEnds(Ends ends) {
    run(TestEngine.inline(new NotingAgent(openings)).engine(), ends, TestEngine.OPEN);
    assertThat(openings).isEmpty();
    run(TestEngine.inline(new NotingAgent(openings)).engine(), ends, TestEngine.OPEN + BOTH_SPEAK);

    assertThat(openings).containsExactly(Opening.of(client(ends), server(ends)));
  }

  @Test
  @DisplayName("a connection that the server's side opens has its client there")
  void tellsTheClientOutside() {
    String opening =
        """
        s> S 0:0(0) <mss 1460>
        >c same
        c> S. 0:0(0) ack 1 <mss 1460>
        >s same
        s> . 1:1(0) ack 1
        >c same
        """;
    run(TestEngine.inline(new NotingAgent(openings)).engine(), Ends.IPV4, opening + BOTH_SPEAK);

    Endpoint outside = server(Ends.IPV4);
    Endpoint inside = client(Ends.IPV4);
    assertThat(openings).containsExactly(Opening.of(outside, inside));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a monitored connection is not enforced, wherever it is seen")
  void tellsThatNothingIsEnforced(Vantage vantage) {
    TestEngine test = TestEngine.of(new NotingAgent(openings)).vantage(vantage);
    run(test.mode(Mode.MONITOR).engine(), Ends.IPV4, TestEngine.OPEN + BOTH_SPEAK);

    assertThat(openings).extracting(Opening::isEnforced).containsExactly(false);
    assertThat(openings).extracting(Opening::start).containsExactly(Start.WHOLE);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-67 of a picked-up connection the first sender seen is taken for the client")
  void tellsThatTheOpeningIsMissing(Vantage vantage) {
    TestEngine test = TestEngine.of(new NotingAgent(openings)).vantage(vantage);
    run(
        test.midStream(MidStream.PICK_UP).engine(),
        Ends.IPV4,
        """
        c> P. 1:3(2) ack 1 "ho"
        >s same
        """);

    Ends ends = Ends.IPV4;
    Opening expected =
        new Opening(
            client(ends),
            server(ends),
            client(ends),
            server(ends),
            Start.PICKED_UP,
            true,
            Octets.empty());
    assertThat(openings).containsExactly(expected);
  }

  private static Endpoint client(Ends ends) {
    return ends.sender(Direction.CLIENT_TO_SERVER);
  }

  private static Endpoint server(Ends ends) {
    return ends.sender(Direction.SERVER_TO_CLIENT);
  }

  private static void run(Engine engine, Ends ends, String script) {
    Scripts.of(engine).between(ends).run(script);
  }

  /** Passes everything and notes the openings that it is told. */
  private record NotingAgent(List<Opening> openings) implements Agent<String> {
    @Override
    public String newConnection() {
      throw new AssertionError("the engine knows the opening");
    }

    @Override
    public String newConnection(Opening opening) {
      openings.add(opening);
      return "";
    }

    @Override
    public String onOctets(String state, Direction direction, OctetView view, Decisions out) {
      SimpleAgents.pass(view, out);
      return state;
    }

    @Override
    public StateCodec<String> codec() {
      return StateCodec.stateless("");
    }
  }
}
