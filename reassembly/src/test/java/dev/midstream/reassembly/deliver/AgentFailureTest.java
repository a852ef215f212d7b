package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.StateCodec;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.LambdaAgent;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Agents that break their contract: the failed call applies nothing in either direction. */
class AgentFailureTest {
  @ParameterizedTest
  @EnumSource
  @DisplayName("C-20 C-21 H-34 a failed call applies nothing: no edit, no reply")
  void appliesNothingOfAFailedCallForTheClient(AgentFault fault) {
    TestEngine test = fault.engine(Direction.CLIENT_TO_SERVER);
    Engine engine =
        test.open(
            """
            c> . 1:5(4) ack 1 "abcd"
            >s . 1:5(4) ack 1 "abcd"
            s> . 1:4(3) ack 5 "xyz"
            >c . 1:4(3) ack 5 "xyz"
            """);
    assertThat(test.events()).containsExactly(Reason.AGENT_FAILED);
    assertThat(test.eventTexts()).singleElement().asString().contains("agent=test");
    assertThat(engine.counters().edits()).isZero();
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("C-20 C-21 the event of a failure tells what was thrown or refused")
  void tellsWhyTheAgentFailed() {
    TestEngine throwing = AgentFault.THROWS.engine(Direction.CLIENT_TO_SERVER);
    throwing.open("c> . 1:5(4) ack 1 \"abcd\"\n>s same\n");
    TestEngine refused = AgentFault.DECIDES_BACKWARDS.engine(Direction.CLIENT_TO_SERVER);
    refused.open("c> . 1:5(4) ack 1 \"abcd\"\n>s same\n");
    assertThat(throwing.eventTexts().getFirst())
        .contains(
            "why="
                + new IllegalStateException("broken")
                + " at="
                + AgentFault.class.getName()
                + ".commit(AgentFault.java:");
    assertThat(refused.eventTexts().getFirst()).contains("why=pass of too few octets");
  }

  @ParameterizedTest
  @CsvSource({
    "THROWS_AN_ERROR_OF_ITS_OWN, AgentFault$OwnError",
    "THROWS_WHAT_CANNOT_BE_PRINTED, AgentFault$Unprintable",
    "THROWS_WHAT_HAS_NO_TEXT, AgentFault$Textless",
    "RETURNS_NO_STATE, onOctets returned null"
  })
  @DisplayName("C-20 the event of a failure without a text names its class or what is missing")
  void tellsOfAFailureWithoutText(AgentFault fault, String why) {
    TestEngine test = fault.engine(Direction.CLIENT_TO_SERVER);
    test.open("c> . 1:5(4) ack 1 \"abcd\"\n>s same\n");
    assertThat(test.eventTexts()).singleElement().asString().contains(why);
  }

  @Test
  @DisplayName("C-20 an agent without a state for a new connection fails, and its octets pass")
  void passesOctetsOfAnAgentWithoutAFirstState() {
    TestEngine test = TestEngine.inline(new WithoutState());
    test.open(
        """
        s> . 1:4(3) ack 1 "xyz"
        >c same
        c> . 1:5(4) ack 4 "abcd"
        >s same
        """);
    assertThat(test.events()).containsExactly(Reason.AGENT_FAILED);
    assertThat(test.eventTexts().getFirst()).endsWith("newConnection returned null");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "C-20 C-21 a failed call for the server's octets applies nothing; earlier edits stay")
  void appliesNothingOfAFailedCallForTheServer(AgentFault fault) {
    TestEngine test = fault.engine(Direction.SERVER_TO_CLIENT);
    Engine engine =
        test.open(
            """
            s> . 1:5(4) ack 1 "abcd"
            >c . 1:5(4) ack 1 "abcd"
            c> . 1:5(4) ack 5 "abcd"
            >s . 1:5(4) ack 5 "abcd"
            """);
    assertThat(test.events()).containsExactly(Reason.AGENT_FAILED);
    assertThat(engine.counters().edits()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "C-20 by policy both endpoints are reset with exact numbers, and again when they send")
  void resetsBothEndpoints(AgentFault fault) {
    TestEngine test =
        fault.engine(Direction.CLIENT_TO_SERVER).onFailure(OnFailure.RESET, OnFailure.PASS);
    test.open(
        """
        s> . 1:4(3) ack 1 "xyz"
        >c same
        c> . 1:5(4) ack 4 "abcd"
        >s . 1:1(0) ack 4
        >s R. 1:1(0) ack 4
        >c R. 4:4(0) ack 1
        c> . 1:5(4) ack 4 "abcd"
        >c R 4:4(0)
        """);
    assertThat(test.events()).contains(Reason.AGENT_FAILED);
  }

  @Test
  @DisplayName("C-20 octets in custody pass when the agent fails, and are retransmitted if lost")
  void retransmitsCustodyAfterAFailure() {
    TestEngine test = TestEngine.inline(HoldingAgents.failingAt('d'));
    test.open(
        """
        c> . 1:4(3) ack 1 "abc"
        at 0.2s
        >c . 1:1(0) ack 4
        c> . 4:5(1) ack 1 "d"
        >s . 1:5(4) ack 1 "abcd"
        at 1.4s
        >s P. 1:4(3) ack 1 "abc"
        s> . 1:1(0) ack 5
        >c . 1:1(0) ack 5
        """);
    assertThat(test.events()).containsExactly(Reason.AGENT_FAILED);
  }

  @Test
  @DisplayName("C-63 a need that grows is stopped at the hold limit; earlier edits stay")
  void limitsAGrowingNeed() {
    TestEngine test =
        TestEngine.inline(
                LambdaAgent.withState(
                        (calls, direction, view, out) -> {
                          if (calls == 0 && view.length() > 0) {
                            out.replace(1, Octets.ofText("XX"));
                          }
                          out.need(view.length() + 1);
                          return calls + 1;
                        })
                    .maxHold(3))
            .onFailure(OnFailure.PASS, OnFailure.PASS);
    Engine engine =
        test.open(
            """
            c> . 1:2(1) ack 1 "a"
            >s . 1:3(2) ack 1 "XX"
            c> . 2:3(1) ack 1 "b"
            c> . 3:4(1) ack 1 "c"
            c> . 4:5(1) ack 1 "d"
            >s . 3:6(3) ack 1 "bcd"
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 5
            """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isOne();
    assertThat(test.events()).containsExactly(Reason.HOLD_LIMIT);
  }

  @Test
  @DisplayName("C-20 a call that fails at the end of stream loses no octet and no FIN")
  void passesTheEndOfStreamAfterAFailure() {
    TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              if (view.endOfStream()) {
                out.replace(0, Octets.ofText("!"));
                throw new IllegalStateException("broken");
              }
            }))
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            c> F. 4:4(0) ack 1
            >s F. 1:4(3) ack 1 "abc"
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 5
            """);
  }

  /** An agent whose connections have no state. */
  private record WithoutState() implements Agent<Integer> {
    @Override
    @SuppressWarnings("NullAway") // this is the fault
    public Integer newConnection() {
      return null;
    }

    @Override
    public Integer onOctets(Integer state, Direction direction, OctetView view, Decisions out) {
      out.replace(view.length(), Octets.ofText("XX"));
      return 0;
    }

    @Override
    public StateCodec<Integer> codec() {
      return StateCodec.stateless(0);
    }
  }

  /** A property of an agent that throws. */
  enum Term {
    MAX_HOLD,
    WANTS_FLUSH
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-20 an agent that throws when asked for its limits gets no octets")
  void passesOctetsOfAnAgentWithoutTerms(Term term) {
    TestEngine test = TestEngine.inline(new WithoutTerms(term));
    test.open(
        """
        c> . 1:5(4) ack 1 "abcd"
        >s same
        at 60s
        nothing
        s> . 1:4(3) ack 5 "xyz"
        >c same
        """);
    assertThat(test.events()).containsExactly(Reason.AGENT_FAILED);
    assertThat(test.eventTexts().getFirst()).contains("no terms");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "C-20 an agent that throws when asked for its limits: by policy its connections are reset")
  void resetsConnectionOfAnAgentWithoutTerms(Term term) {
    TestEngine test =
        TestEngine.inline(new WithoutTerms(term)).onFailure(OnFailure.RESET, OnFailure.PASS);
    test.open(
        """
        c> . 1:5(4) ack 1 "abcd"
        >s R. 1:1(0) ack 1
        >c R. 1:1(0) ack 1
        """);
    assertThat(test.events()).contains(Reason.AGENT_FAILED);
  }

  /** An agent that holds everything and throws when asked for {@code failing}. */
  private record WithoutTerms(Term failing) implements Agent<Integer> {
    @Override
    public Integer newConnection() {
      return 0;
    }

    @Override
    public Integer onOctets(Integer state, Direction direction, OctetView view, Decisions out) {
      return state;
    }

    @Override
    public int maxHold() {
      return termOf(Term.MAX_HOLD, 100);
    }

    @Override
    public boolean wantsFlush(Integer state, Direction direction) {
      return termOf(Term.WANTS_FLUSH, true);
    }

    @Override
    public StateCodec<Integer> codec() {
      return LambdaAgent.by((direction, view, out) -> {}).codec();
    }

    private <T> T termOf(Term term, T value) {
      if (term == failing) {
        throw new ServiceConfigurationError("no terms");
      }
      return value;
    }
  }
}
