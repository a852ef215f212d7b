package dev.midstream.reassembly.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.StateCodec;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rule says counts before what the program says; else an agent that denies is reset. */
class RulePoliciesTest {
  private static final String RESET =
      """
      c> P. 1:5(4) ack 1 "PRI "
      >s R. 1:1(0) ack 1
      >c R. 1:1(0) ack 1
      """;

  private static final String UNEDITED =
      """
      c> P. 1:5(4) ack 1 "PRI "
      >s same
      s> P. 1:3(2) ack 5 "ok"
      >c same
      """;

  /** An opening with an option that forbids editing. */
  private static final String FORBIDDEN =
      """
      c> S 0:0(0) <mss 1460,raw 4502>
      >s same
      s> S. 0:0(0) ack 1 <mss 1460>
      >c same
      c> . 1:5(4) ack 1 "evil"
      >s same
      """;

  private static final String MID_STREAM =
      """
      c> . 1:5(4) ack 1 "evil"
      >s same
      """;

  /** What an agent does that a policy decides. */
  enum Cause {
    NOT_MINE,
    AGENT_FAILED,
    HOLD_LIMIT;

    LambdaAgent agent() {
      return LambdaAgent.onClient((view, out) -> {
        switch (this) {
          case NOT_MINE -> out.notMine("not a request");
          case AGENT_FAILED -> throw new IllegalStateException("broken");
          case HOLD_LIMIT -> out.need(70_000);
        }
      });
    }

    /** A rule that speaks of this cause alone. */
    RulePolicies ofRule(@Nullable OnFailure policy) {
      return new RulePolicies(
          this == NOT_MINE ? policy : null,
          this == AGENT_FAILED ? policy : null,
          this == HOLD_LIMIT ? policy : null,
          null,
          null);
    }

    Reason reason() {
      return Reason.valueOf(name());
    }
  }

  private static void play(
      Cause cause,
      boolean denies,
      OnFailure ofProgram,
      @Nullable OnFailure ofRule,
      OnFailure expected) {
    TestEngine test =
        TestEngine.inline(denies ? cause.agent().denying() : cause.agent())
            .onNotMine(ofProgram)
            .onFailure(ofProgram, ofProgram)
            .ofRule(cause.ofRule(ofRule));
    test.open(expected == OnFailure.RESET ? RESET : UNEDITED);
    assertThat(test.events()).containsExactly(cause.reason());
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-60 C-20 C-63 where the rule says nothing, the program decides")
  void followsTheProgram(Cause cause) {
    play(cause, false, OnFailure.PASS, null, OnFailure.PASS);
    play(cause, false, OnFailure.RESET, null, OnFailure.RESET);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-60 C-20 C-63 what the rule says counts before the program")
  void followsTheRule(Cause cause) {
    play(cause, false, OnFailure.PASS, OnFailure.RESET, OnFailure.RESET);
    play(cause, false, OnFailure.RESET, OnFailure.PASS, OnFailure.PASS);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-60 C-20 C-63 an agent that denies is reset unless its rule says pass")
  void resetsAgentsThatDeny(Cause cause) {
    play(cause, true, OnFailure.PASS, null, OnFailure.RESET);
    play(cause, true, OnFailure.RESET, OnFailure.PASS, OnFailure.PASS);
  }

  @Test
  @DisplayName("C-20 an agent that cannot say whether it denies is taken to deny")
  void takesASilentAgentToDeny() {
    TestEngine.inline(new UnknownAgent()).open(RESET);
  }

  @ParameterizedTest
  @CsvSource({"4, 8", "8, 4"})
  @DisplayName("C-63 the hold limit of the rule counts, be it larger or smaller")
  void limitsHoldByRule(int ofProgram, int ofRule) {
    Engine engine =
        TestEngine.inline(HoldingAgents.needing(6))
            .limits(EngineLimits.DEFAULTS.withHoldBytes(ofProgram))
            .ofRule(new RulePolicies(null, null, OnFailure.PASS, ofRule, null))
            .open(
                """
                c> . 1:2(1) ack 1 "a"
                """
                    + (ofRule == 4 ? ">s same\n" : "nothing\n"));
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isEqualTo(ofRule == 4 ? 1 : 0);
  }

  @Test
  @DisplayName("H-14 H-16 the hold time of the rule counts")
  void flushesByRule() {
    List<String> views = new ArrayList<>();
    LambdaAgent holding =
        LambdaAgent.onClient((view, out) -> {
          if (view.flush()) {
            SimpleAgents.pass(view, out);
          }
        });
    TestEngine.inline(holding.withFlush().recording(views))
        .ofRule(new RulePolicies(null, null, null, null, 30_000_000L))
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            at 0.015s
            >c . 1:1(0) ack 3
            at 0.03s
            >s . 1:3(2) ack 1 "ab"
            """);
    assertThat(views).containsExactly("ab", "ab");
  }

  @ParameterizedTest
  @ValueSource(strings = {FORBIDDEN, MID_STREAM})
  @DisplayName("H-56 C-47 C-67 a rule that lets failures pass lets pass all of an agent that fails")
  void passesAllOfAFailedAgent(String script) {
    TestEngine.inline(new UnknownAgent())
        .ofRule(Cause.AGENT_FAILED.ofRule(OnFailure.PASS))
        .midStream(MidStream.PASS)
        .run(script);
  }

  @Test
  @DisplayName("H-56 C-47 C-67 a rule that says nothing lets nothing pass an agent that fails")
  void passesNothingOfAFailedAgent() {
    TestEngine.inline(new UnknownAgent())
        .run(
            """
            c> S 0:0(0) <mss 1460,raw 4502>
            >c R. -2147483643:-2147483643(0) ack 1
            """);
    TestEngine.inline(new UnknownAgent())
        .midStream(MidStream.PASS)
        .run(
            """
            c> . 1:1(0) ack 1
            >c R 1:1(0)
            """);
  }

  /** An agent that throws when it is asked whether it denies. */
  private record UnknownAgent() implements Agent<Boolean> {
    @Override
    public boolean denies() {
      throw new IllegalStateException("broken");
    }

    @Override
    public Boolean newConnection() {
      return true;
    }

    @Override
    public Boolean onOctets(Boolean state, Direction direction, OctetView view, Decisions out) {
      SimpleAgents.pass(view, out);
      return state;
    }

    @Override
    public StateCodec<Boolean> codec() {
      return StateCodec.stateless(true);
    }
  }
}
