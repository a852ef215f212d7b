package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
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
import org.junit.jupiter.params.provider.ValueSource;

/** What ends the inspection of a monitored connection, and what does not. */
class MonitoredEndTest {
  @Test
  @DisplayName("HDP-11 H-40 guessed RSTs and FINs do not end inspection")
  void ignoresGuessedEnds() {
    List<String> views = new ArrayList<>();
    Engine engine =
        TestEngine.inline(SimpleAgents.passing().recording(views)).mode(Mode.MONITOR).engine();
    Scripts.of(engine)
        .run(
            TestEngine.OPEN
                + """
                c> R 2000:2000(0)
                >s same
                s> R. 2000:2000(0) ack 2000
                >c same
                c> F. 3000:3000(0) ack 1
                >s same
                s> F. 3000:3000(0) ack 1
                >c same
                at 600s
                c> . 1:4(3) ack 1 "abc"
                >s same
                """);
    assertThat(String.join("", views)).isEqualTo("abc");
    assertThat(engine.counters().of(Reason.RESET)).isZero();
    assertThat(engine.counters().of(Reason.RESET_INVALID)).isEqualTo(2);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = OutOfOrder.class,
      names = {"DELAY_JOINED", "DELAY_SINGLE"})
  @DisplayName("C-65 law 5 a FIN after a gap ends the connection once the gap is filled")
  void endsWhenAGapBeforeAFinIsFilled(OutOfOrder order) {
    List<String> views = new ArrayList<>();
    Engine engine =
        TestEngine.inline(SimpleAgents.passing().recording(views))
            .mode(Mode.MONITOR)
            .outOfOrder(order)
            .engine();
    Scripts.of(engine)
        .run(
            TestEngine.OPEN
                + """
                s> F. 1:1(0) ack 1
                >c same
                c> FP. 4:7(3) ack 2 "def"
                >s same
                c> . 1:4(3) ack 2 "abc"
                >s same
                s> . 2:2(0) ack 8
                >c same
                c> S 90000:90003(3) "ghi"
                >s same
                s> S. 90000:90000(0) ack 90004
                >c same
                c> . 90004:90004(0) ack 90001
                >s same
                """);
    assertThat(String.join("", views)).isEqualTo("abcdefghi");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "after its last octet: c> R 4:4(0)",
        "after octets beyond a gap: c> R 9:9(0)",
        "at its acknowledgement: c> R 3:3(0)"
      })
  @DisplayName("HDP-11 H-40 a RST ends inspection at each number that is exact for its receiver")
  void endsAtExactResets(String reset) {
    Engine engine = TestEngine.inline("cat", "dog").mode(Mode.MONITOR).engine();
    Scripts.of(engine)
        .run(
            TestEngine.OPEN
                + """
                c> . 1:4(3) ack 1 "abc"
                >s same
                s> . 1:1(0) ack 3
                >c same
                c> . 7:9(2) ack 1 "gh"
                >s same
                """
                + reset.substring(reset.indexOf("c>"))
                + "\n>s same\n");
    assertThat(engine.counters().of(Reason.RESET)).isOne();
    assertThat(states(engine)).containsExactly(ConnectionState.CLOSING);
  }

  @Test
  @DisplayName("PDP-3 C-66 a recorded RST ends a monitored connection whatever its number")
  void endsAtAnyRecordedReset() {
    Engine engine = TestEngine.of("cat", "dog").mode(Mode.MONITOR).engine();
    Scripts.of(engine).run(TestEngine.OPEN + "c> R 2000:2000(0)\n>s same\n");
    assertThat(states(engine)).containsExactly(ConnectionState.CLOSING);
  }

  @Test
  @DisplayName("C-66 the last ACK closes a monitored connection whose octets were all shown")
  void closesWithTheLastAck() {
    Engine engine = TestEngine.inline("cat", "dog").mode(Mode.MONITOR).engine();
    Script script =
        Scripts.of(engine)
            .run(
                TestEngine.OPEN
                    + """
                    c> F. 4:4(0) ack 1
                    >s same
                    s> F. 1:1(0) ack 1
                    >c same
                    c> . 5:5(0) ack 2
                    >s same
                    """);
    assertThat(states(engine)).as("a gap").containsExactly(ConnectionState.ESTABLISHED);
    script.run(
        """
        c> . 1:4(3) ack 2 "abc"
        >s same
        s> . 2:2(0) ack 5
        >c same
        """);
    assertThat(states(engine)).containsExactly(ConnectionState.CLOSING);
  }

  @Test
  @DisplayName("C-41 C-49 a RST that refuses a SYN and its octets ends a monitored opening")
  void endsARefusedOpening() {
    Engine engine = TestEngine.inline("cat", "dog").mode(Mode.MONITOR).engine();
    Scripts.of(engine)
        .run(
            """
            c> S 0:3(3) "abc"
            >s same
            s> R. 0:0(0) ack 4
            >c same
            """);
    assertThat(states(engine)).containsExactly(ConnectionState.CLOSING);
  }

  @Test
  @DisplayName("C-41 C-62 octets that do not fit a monitored opening pass, and do not end it")
  void forwardsOctetsThatDoNotFit() {
    List<String> views = new ArrayList<>();
    TestEngine.inline(SimpleAgents.passing().recording(views))
        .mode(Mode.MONITOR)
        .run(
            """
            c> S 0:0(0)
            >s same
            c> . 2001:2004(3) ack 1 "xyz"
            >s same
            s> S. 0:0(0) ack 1
            >c same
            c> . 1:4(3) ack 1 "abc"
            >s same
            """);
    assertThat(String.join("", views)).isEqualTo("abc");
  }

  @Test
  @DisplayName("HDP-11 an exact RST shows held octets once more")
  void flushesAtAnExactReset() {
    List<Integer> lengths = new ArrayList<>();
    LambdaAgent needy =
        LambdaAgent.onClient((view, out) -> {
          lengths.add(view.length());
          out.need(4);
        });
    Engine engine = TestEngine.inline(needy).mode(Mode.MONITOR).engine();
    Scripts.of(engine)
        .run(
            TestEngine.OPEN
                + """
                c> . 1:4(3) ack 1 "abc"
                >s same
                c> R 4:4(0)
                >s same
                """);
    assertThat(lengths).endsWith(3, 3);
    assertThat(engine.counters().of(Reason.RESET)).isOne();
  }

  @Test
  @DisplayName("C-40 C-41 a late SYN-ACK of an older opening, and its reset, do not end inspection")
  void ignoresAnOlderOpening() {
    List<String> views = new ArrayList<>();
    Engine engine =
        TestEngine.inline(SimpleAgents.passing().recording(views)).mode(Mode.MONITOR).engine();
    Script script = Scripts.of(engine).run("c> S 0:0(0)\n>s same\n");
    Ends next = Ends.IPV4.withIsns(500_000, 900_000);
    script.between(next).run("c> S 0:0(0)\n>s same\n");
    script
        .between(Ends.IPV4)
        .run(
            """
            s> S. 0:0(0) ack 1
            >c same
            c> R 1:1(0)
            >s same
            s> F. 1:1(0) ack 1
            >c same
            s> R 1:1(0)
            >c same
            s> R. 1:1(0) ack 1
            >c same
            """);
    script
        .between(next)
        .run(
            """
            s> S. 0:0(0) ack 1
            >c same
            c> . 1:1(0) ack 1
            >s same
            s> . 1:4(3) ack 1 "abc"
            >c same
            """);
    assertThat(String.join("", views)).isEqualTo("abc");
  }

  private static List<ConnectionState> states(Engine engine) {
    return Connections.of(engine).stream().map(Connection::state).toList();
  }
}
