package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Monitored connections: octets are shown, and packets leave unchanged. */
class MonitoredPathTest {

  @Test
  @DisplayName("C-52 C-62 monitored inline, a segment with a wrong checksum is not shown")
  void showsNoDamagedSegment() {
    Engine engine =
        TestEngine.inline("cat", "mouse")
            .mode(Mode.MONITOR)
            .open(
                """
                c> . 1:4(3) ack 1 badsum "cat"
                >s same
                c> . 1:4(3) ack 1 "dog"
                >s same
                """);
    assertThat(engine.counters().edits()).isZero();
  }

  @Test
  @DisplayName("C-62 octets of a monitored connection are shown beyond its first window")
  void showsOctetsBeyondTheFirstWindow() {
    Engine engine = TestEngine.inline("cat", "mouse").mode(Mode.MONITOR).engine();
    Script script = Scripts.of(engine).run(TestEngine.OPEN);
    for (int start = 1; start < 100_000; start += 1_000) {
      int end = start + 1_000;
      script.run("c> . " + start + ":" + end + "(1000) ack 1\n>s same\n");
      script.run("s> . 1:1(0) ack " + end + "\n>c same\n");
    }
    script.run("c> . 100001:100004(3) ack 1 \"cat\"\n>s same\n");
    assertThat(engine.counters().edits()).isOne();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-11 delayed octets, retransmissions and the end of stream are shown in order")
  void showsOctetsInOrder(OutOfOrder order) {
    List<String> views = new ArrayList<>();
    TestEngine.of(SimpleAgents.passing().recording(views))
        .mode(Mode.MONITOR)
        .outOfOrder(order)
        .open(
            """
            c> . 4:6(2) ack 1 "de"
            >s same
            c> . 1:4(3) ack 1 "abc"
            >s same
            c> . 1:4(3) ack 1 "abc"
            >s same
            c> F. 6:8(2) ack 1 "fg"
            >s same
            c> F. 6:8(2) ack 1 "fg"
            >s same
            c> . 9:11(2) ack 1
            >s same
            s> . 1:1(0) ack 9
            >c same
            """);
    assertThat(String.join("", views)).isEqualTo("abcdefg");
  }

  @Test
  @DisplayName("C-51 C-52 a damaged SYN-ACK does not end the inspection")
  void ignoresDamagedSynAcks() {
    List<String> views = new ArrayList<>();
    TestEngine.inline(SimpleAgents.passing().recording(views))
        .mode(Mode.MONITOR)
        .run(
            """
            c> S 0:0(0) <mss 1000>
            >s same
            s> S. 0:0(0) ack 1 <mss 1000,raw 410a0303> badsum
            >c same
            s> S. 0:0(0) ack 1 <mss 1000>
            >c same
            c> . 1:4(3) ack 1 "abc"
            >s same
            """);
    assertThat(String.join("", views)).isEqualTo("abc");
  }

  @Test
  @DisplayName("C-49 C-52 octets of a damaged SYN do not end the inspection")
  void ignoresOctetsOfDamagedSyns() {
    List<String> views = new ArrayList<>();
    TestEngine.inline(SimpleAgents.passing().recording(views))
        .mode(Mode.MONITOR)
        .run(
            """
            s> S 0:0(0)
            >c same
            c> S 0:3(3) "xyz" badsum
            >s same
            c> S. 0:0(0) ack 1
            >s same
            s> . 1:1(0) ack 1
            >c same
            c> . 1:4(3) ack 1 "abc"
            >s same
            """);
    assertThat(String.join("", views)).isEqualTo("abc");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "HDP-11 delayed octets are shown although those before them exceed the waiting limit")
  void showsDelayedOctetsBeyondTheWaitingLimit(OutOfOrder order) {
    List<String> views = new ArrayList<>();
    TestEngine.inline(SimpleAgents.passing().recording(views))
        .mode(Mode.MONITOR)
        .outOfOrder(order)
        .limits(EngineLimits.DEFAULTS.withWaitingBytes(2))
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            >s same
            c> . 7:9(2) ack 1 "gh"
            >s same
            c> . 4:7(3) ack 1 "def"
            >s same
            """);
    assertThat(String.join("", views)).isEqualTo("abcdefgh");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "law 5 C-62 octets passed beyond the waiting limit do not end the inspection of the rest")
  void showsTheRestOfAPart(Vantage vantage) {
    List<String> views = new ArrayList<>();
    LambdaAgent waiting =
        LambdaAgent.withState((state, direction, view, out) -> {
          if (direction == Direction.SERVER_TO_CLIENT) {
            out.pass(view.length());
            return view.length() > 0 ? 1 : state;
          }
          if (SimpleAgents.text(view).startsWith("a")) {
            out.pass(3);
          } else if (state == 1) {
            out.pass(view.length());
          }
          return state;
        });
    Engine engine =
        TestEngine.of(waiting.recording(views))
            .vantage(vantage)
            .mode(Mode.MONITOR)
            .limits(EngineLimits.DEFAULTS.withWaitingBytes(2).withDelayedBytes(2))
            .open(
                """
                c> . 1:7(6) ack 1 "abcdef"
                >s same
                s> . 1:4(3) ack 7 "hey"
                >c same
                """);
    assertThat(engine.counters().of(Reason.WINDOW_FULL)).isZero();
    assertThat(views).containsExactly("abcdef", "hey", "def");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "HDP-11 C-69 beyond the delay limit a direction of a monitored connection is not shown")
  void showsNothingAfterAGapBeyondTheLimit(Vantage vantage) {
    List<String> views = new ArrayList<>();
    Engine engine =
        TestEngine.of(SimpleAgents.passing().recording(views))
            .vantage(vantage)
            .mode(Mode.MONITOR)
            .limits(EngineLimits.DEFAULTS.withDelayedBytes(100))
            .open(
                """
                c> . 11:111(100) ack 1
                >s same
                c> . 121:171(50) ack 1
                >s same
                c> . 1:11(10) ack 1
                >s same
                c> . 171:181(10) ack 1
                >s same
                """);
    assertThat(engine.counters().of(Reason.GAP)).isOne();
    assertThat(views).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-11 gaps beyond the limit in both directions leave the connection untouched")
  void becomesUntouchedAfterGapsInBothDirections(Vantage vantage) {
    Engine engine =
        TestEngine.of(SimpleAgents.passing())
            .vantage(vantage)
            .mode(Mode.MONITOR)
            .limits(EngineLimits.DEFAULTS.withDelayedBytes(200))
            .open(
                """
                c> . 11:111(100) ack 1
                >s same
                c> . 121:221(100) ack 1
                >s same
                s> . 11:111(100) ack 1
                >c same
                s> . 121:221(100) ack 1
                >c same
                c> . 221:231(10) ack 1
                >s same
                """);
    assertThat(engine.counters().of(Reason.GAP)).isEqualTo(2);
    assertThat(handlings(engine)).containsExactly(Handling.UNTOUCHED);
  }

  @Test
  @DisplayName("HDP-11 a monitored connection that its agent would reset becomes untouched")
  void becomesUntouchedAfterAReset() {
    Engine engine =
        TestEngine.of(LambdaAgent.onClient((view, out) -> out.reset("test")))
            .mode(Mode.MONITOR)
            .open(
                """
                c> . 1:4(3) ack 1 "abc"
                >s same
                c> . 4:7(3) ack 1 badsum
                >s same
                """);
    assertThat(engine.budget().usedBytes()).isZero();
    assertThat(handlings(engine)).containsExactly(Handling.UNTOUCHED);
  }

  private static List<Handling> handlings(Engine engine) {
    return Connections.of(engine).stream().map(Connection::handling).toList();
  }

  @Test
  @DisplayName("C-40 C-49 octets of a SYN over a finished monitored connection are shown")
  void showsOctetsOfTheNextSyn() {
    List<String> views = new ArrayList<>();
    Engine engine =
        TestEngine.inline(SimpleAgents.passing().recording(views)).mode(Mode.MONITOR).engine();
    Script script = Scripts.of(engine).run(TestEngine.CLOSED);
    views.clear();
    script
        .between(Ends.IPV4.withIsns(5_000, 9_000))
        .run(
            """
            c> S 0:3(3) "abc"
            >s same
            s> S. 0:0(0) ack 4
            >c same
            c> . 4:6(2) ack 1 "de"
            >s same
            """);
    assertThat(String.join("", views)).isEqualTo("abcde");
  }
}
