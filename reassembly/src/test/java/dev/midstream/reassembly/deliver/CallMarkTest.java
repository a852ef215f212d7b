package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.wire.packet.Leg;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Calls that a watchdog notes as slow or gives up while they run. */
class CallMarkTest {
  private static final String EDITED = "c> . 1:5(4) ack 1 \"abcd\"\n>s . 1:3(2) ack 1 \"XX\"\n";
  private static final String PASSES = "c> . 1:5(4) ack 1 \"abcd\"\n>s same\n";
  private static final String RESETS =
      """
      c> . 1:5(4) ack 1 "abcd"
      >s R. 1:1(0) ack 1
      >c R. 1:1(0) ack 1
      """;

  private final List<@Nullable Connection> seen = new ArrayList<>();
  private final List<Long> calls = new ArrayList<>();
  private final List<String> ends = new ArrayList<>();
  private Engine engine = engine().engine();
  private @Nullable CallMark mark;
  private Watch watch = (_, _) -> {};

  /** What a watchdog does during a call. */
  @FunctionalInterface
  private interface Watch {
    void look(CallMark mark, long call);
  }

  @Test
  @DisplayName("C-74 a slow call is counted and named, and its decisions apply")
  void countsASlowCall() {
    watch = (mark, call) -> assertThat(mark.markSlow(call, "Loop:7")).isTrue();
    TestEngine test = engine();
    Engine engine = run(test, EDITED);

    assertThat(engine.counters().of(Reason.AGENT_SLOW)).isOne();
    assertThat(test.events()).containsExactly(Reason.AGENT_SLOW);
    assertThat(test.eventTexts()).containsExactly("agent was slow agent=test at=Loop:7");
    assertThat(ends).containsExactly("returned");
  }

  @Test
  @DisplayName("C-74 nothing of a call that was given up applies, and the connection goes on")
  void appliesNothingOfACallThatWasGivenUp() {
    watch = CallMarkTest::giveUp;
    TestEngine test = engine();
    Engine engine = run(test, PASSES);

    assertThat(test.events()).containsExactly(Reason.AGENT_SLOW, Reason.AGENT_FAILED);
    assertThat(test.eventTexts().getLast()).endsWith("agent=test why=no decision in time");
    assertThat(engine.counters().edits()).isZero();
    assertThat(ends).containsExactly("given up");
  }

  @Test
  @DisplayName("C-74 by policy a connection whose call was given up is reset")
  void resetsTheConnectionOfACallThatWasGivenUp() {
    watch = CallMarkTest::giveUp;
    TestEngine test = engine().onFailure(OnFailure.RESET, OnFailure.PASS);
    Engine engine = run(test, RESETS);

    assertThat(engine.counters().of(Reason.AGENT_FAILED)).isOne();
  }

  @Test
  @DisplayName(
      "C-74 the connection of a call that was left is reset, and the engine has a new mark")
  void resetsTheConnectionOfACallThatWasLeft() {
    List<Leg> resets = new ArrayList<>();
    TestEngine test = engine();
    watch =
        (mark, call) -> {
          assertThat(mark.leave(call)).as("before it was given up").isFalse();
          giveUp(mark, call);
          assertThat(mark.leave(call)).isTrue();
          engine.giveUpCall(0, packet -> resets.add(packet.leg()));
        };

    assertThatThrownBy(() -> run(test, "c> . 1:5(4) ack 1 \"abcd\"\n")).hasMessage("left");
    assertThat(resets).containsExactlyInAnyOrder(Leg.values());
    assertThat(test.events()).containsExactly(Reason.AGENT_SLOW, Reason.AGENT_FAILED);
    assertThat(test.eventTexts().getLast()).isEqualTo("agent did not return agent=test");
    assertThat(engine.callMark()).isNotSameAs(mark);
    assertThat(engine.callMark().current()).isEqualTo(CallMark.NONE);
    assertThat(engine.counters().edits()).isZero();
  }

  @Test
  @DisplayName("C-74 a call that is over can neither be noted as slow nor be given up")
  void knowsTheCallThatRuns() {
    Engine engine =
        run(engine(), EDITED + "c> . 5:9(4) ack 1 \"abcd\"\n>s . 3:5(2) ack 1 \"XX\"\n");
    CallMark mark = engine.callMark();

    assertThat(calls).doesNotContain(CallMark.NONE).doesNotHaveDuplicates().hasSize(2);
    assertThat(seen).doesNotContainNull();
    assertThat(mark.current()).isEqualTo(CallMark.NONE);
    assertThat(mark.connectionOf(calls.getLast())).isNull();
    assertThat(mark.markSlow(calls.getLast(), "")).isFalse();
    assertThat(mark.giveUp(calls.getLast())).isFalse();
  }

  /** The thread of a call that was left does not go on. */
  private static void stop() {
    throw new IllegalStateException("left");
  }

  private static void giveUp(CallMark mark, long call) {
    assertThat(mark.giveUp(call)).as("before it was slow").isFalse();
    assertThat(mark.markSlow(call, "")).isTrue();
    assertThat(mark.giveUp(call)).isTrue();
  }

  private TestEngine engine() {
    return TestEngine.inline(
        LambdaAgent.onClient((view, out) -> {
          CallMark now = mark;
          if (now != null && view.length() > 0) {
            calls.add(now.current());
            seen.add(now.connectionOf(now.current()));
            watch.look(now, now.current());
          }
          out.replace(view.length(), Octets.ofText("XX"));
        }));
  }

  private Engine run(TestEngine test, String script) {
    engine = test.engine();
    mark = engine.callMark();
    mark.observeEnds(() -> ends.add("returned"), () -> ends.add("given up"), CallMarkTest::stop);
    Scripts.of(engine).run(TestEngine.OPEN + script);
    return engine;
  }
}
