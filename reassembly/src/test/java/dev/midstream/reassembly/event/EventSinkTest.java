package dev.midstream.reassembly.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.TestEngine.Edit;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventSinkTest {
  private static final String TWO_EDITS =
      """
      c> P. 1:12(11) ack 1 "Hello Hello"
      >s P. 1:6(5) ack 1 "Hi Hi"
      """;

  @Test
  @DisplayName("OWN-3 each edit is reported once, with its place and lengths")
  void reportsEdits() {
    TestEngine test = TestEngine.inline("Hello", "Hi");
    test.open(TWO_EDITS);

    assertThat(test.edits())
        .containsExactly(
            new Edit(Direction.CLIENT_TO_SERVER, 0, 5, 2, true),
            new Edit(Direction.CLIENT_TO_SERVER, 6, 5, 2, true));
    assertThat(test.events()).isEmpty();
  }

  @Test
  @DisplayName("OWN-3 in monitor mode an edit is reported as not carried out")
  void reportsEditsOfMonitorMode() {
    TestEngine test = TestEngine.inline("Hello", "Hi").mode(Mode.MONITOR);
    Scripts.of(test.engine())
        .run(
            """
            c> S 0:0(0) <mss 1460>
            >s same
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            c> . 1:1(0) ack 1
            >s same
            c> P. 1:6(5) ack 1 "Hello"
            >s same
            """);

    assertThat(test.edits()).containsExactly(new Edit(Direction.CLIENT_TO_SERVER, 0, 5, 2, false));
  }

  @ParameterizedTest
  @CsvSource({"DROP, dropped rule=all", "RESET, rejected rule=all"})
  @DisplayName("OWN-3 C-67 a denied connection is reported once, whatever it sends afterwards")
  void reportsDenialsOnce(MidStream policy, String text) {
    TestEngine test = TestEngine.of("Hello", "Hi").midStream(policy);
    Engine engine = test.engine();
    Scripts.of(engine)
        .run("c> . 1:6(5) ack 1\n" + (policy == MidStream.RESET ? ">c R 1:1(0)" : ""));
    Scripts.of(engine)
        .run("c> . 6:9(3) ack 1\n" + (policy == MidStream.RESET ? ">c R 1:1(0)" : ""));

    assertThat(test.events()).containsExactly(Reason.MID_STREAM);
    assertThat(test.eventTexts()).containsExactly(text);
  }

  @Test
  @DisplayName("OWN-3 a segment refused by a limit is reported")
  void reportsALimit() {
    TestEngine test =
        TestEngine.inline("Hello", "Hi").limits(EngineLimits.DEFAULTS.withDelayedBytes(100));
    test.run(
        """
        c> S 0:0(0) win 65535 <mss 1460>
        >s S 0:0(0)
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >c S. 0:0(0) ack 1 win 100
        c> . 1:1(0) ack 1
        >s . 1:1(0) ack 1
        c> . 51:100(49) ack 1
        >c . 1:1(0) ack 1
        """);

    assertThat(test.events()).containsExactly(Reason.DELAY_LIMIT);
  }

  @Test
  @DisplayName("OWN-3 an evicted connection is reported")
  void reportsAnEviction() {
    TestEngine test =
        TestEngine.inline("Hello", "Hi")
            .mode(Mode.MONITOR)
            .limits(EngineLimits.DEFAULTS.withConnections(1));
    Script script = Scripts.of(test.engine());
    for (int port = 1; port <= 2; port++) {
      script.between(Ends.IPV4.withPorts(port, 80)).run("c> S 0:0(0) <mss 1460>\n>s same");
    }

    assertThat(test.events()).containsExactly(Reason.CONNECTION_LIMIT);
  }

  @Test
  @DisplayName("law 10 a report of an agent is an event and is counted")
  void countsReports() {
    TestEngine ends =
        TestEngine.inline(
            LambdaAgent.onClient((view, out) -> {
              out.pass(view.length());
              out.report("seen");
            }));
    Engine engine =
        ends.open(
            """
            c> . 1:4(3) ack 1 "abc"
            >s same
            """);
    assertThat(ends.eventTexts()).containsExactly("seen");
    assertThat(engine.counters().of(Reason.REPORT)).isOne();
  }
}
