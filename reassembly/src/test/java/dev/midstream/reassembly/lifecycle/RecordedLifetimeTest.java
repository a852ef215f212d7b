package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RecordedLifetimeTest {
  private static TestEngine hello() {
    return TestEngine.of("Hello", "Hi");
  }

  /** The number of connections after {@code script} and {@code seconds} of silence. */
  private static int connectionsAfter(String script, int seconds) {
    Engine engine = hello().engine();
    Scripts.of(engine).run(script + "at " + seconds + "s");
    return engine.connections();
  }

  @Test
  @DisplayName(
      "PDP-3 C-66 an opening is forgotten after 20 s, an established connection after 2 h 4 min")
  void forgetsByState() {
    String syn = "c> S 0:0(0)\n>s same\n";
    assertThat(connectionsAfter(syn, 19)).isOne();
    assertThat(connectionsAfter(syn, 21)).isZero();
    assertThat(connectionsAfter(TestEngine.OPEN, 7_439)).isOne();
    assertThat(connectionsAfter(TestEngine.OPEN, 7_441)).isZero();
  }

  @Test
  @DisplayName("PDP-4 a connection is forgotten 30 s after both FINs or a RST")
  void forgetsClosedConnections() {
    String reset = TestEngine.OPEN + "s> R. 1:1(0) ack 1\n>c same\n";
    assertThat(connectionsAfter(TestEngine.CLOSED, 29)).isOne();
    assertThat(connectionsAfter(TestEngine.CLOSED, 31)).isZero();
    assertThat(connectionsAfter(reset, 29)).isOne();
    assertThat(connectionsAfter(reset, 31)).isZero();
  }

  @Test
  @DisplayName(
      "PDP-3 H-42 shifted sequence numbers are mapped as long as retransmissions are possible")
  void keepsShiftedSequenceNumbers() {
    String edited = TestEngine.OPEN + "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1\n";
    assertThat(connectionsAfter(edited, 100_000)).isOne();
    hello()
        .run(
            edited
                + """
                c> F. 6:6(0) ack 1
                >s F. 3:3(0) ack 1
                s> F. 1:1(0) ack 7
                >c F. 1:1(0) ack 4
                at 100s
                c> F. 6:6(0) ack 1
                >s F. 3:3(0) ack 1
                """);
  }

  @Test
  @DisplayName("C-66 openings of a SYN flood are forgotten; established connections stay edited")
  void survivesASynFlood() {
    Engine engine = hello().engine();
    Script script = Scripts.of(engine).run(TestEngine.OPEN);
    for (int port = 1; port <= 300; port++) {
      script.between(Ends.IPV4.withPorts(port, 80)).run("c> S 0:0(0)\n>s same");
    }
    assertThat(engine.connections()).isEqualTo(301);
    script.between(Ends.IPV4).run("at 30s\nc> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"");
    assertThat(engine.connections()).isOne();
    assertThat(engine.counters().of(Reason.OPENING_TIMEOUT)).isEqualTo(300);
  }

  @Test
  @DisplayName("C-66 beyond the connection limit new connections pass unedited")
  void passesBeyondTheConnectionLimit() {
    Engine engine = hello().limits(EngineLimits.DEFAULTS.withConnections(1)).engine();
    Script script = Scripts.of(engine).run(TestEngine.OPEN);
    script
        .between(Ends.IPV4.withPorts(1, 80))
        .run(TestEngine.OPEN + "c> . 1:6(5) ack 1 \"Hello\"\n>s same");
    assertThat(engine.counters().of(Reason.CONNECTION_LIMIT)).isPositive();
  }

  @Test
  @DisplayName("PDP-4 an edited connection that an agent reset is forgotten in time")
  void forgetsAResetConnection() {
    Engine engine =
        TestEngine.of(
                LambdaAgent.by((direction, view, out) -> {
                  if (SimpleAgents.text(view).startsWith("x")) {
                    out.reset("test");
                  } else if (view.length() > 0) {
                    out.replace(view.length(), Octets.ofText("longer"));
                  }
                }))
            .open(
                """
                c> . 1:4(3) ack 1 "abc"
                >s . 1:7(6) ack 1 "longer"
                at 60s
                c> . 4:5(1) ack 1 "x"
                >s R. 7:7(0) ack 1
                >c R. 1:1(0) ack 1
                at 100000s
                """);
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("H-42 a connection whose edits left no shift is forgotten in time")
  void forgetsAConnectionWithoutShift() {
    Engine engine =
        TestEngine.of("cat", "dog")
            .open(
                """
                c> . 1:4(3) ack 1 "cat"
                >s . 1:4(3) ack 1 "dog"
                s> . 1:1(0) ack 4
                >c . 1:1(0) ack 4
                at 60s
                c> . 4:5(1) ack 1 "x"
                >s . 4:5(1) ack 1 "x"
                s> . 1:1(0) ack 5
                >c . 1:1(0) ack 5
                at 61s
                c> . 5:6(1) ack 1 "x"
                >s . 5:6(1) ack 1 "x"
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 6
                at 100000s
                """);
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("H-42 an open connection with shifted sequence numbers is kept")
  void keepsAConnectionWithAShift() {
    Engine engine =
        TestEngine.of("cat", "mouse")
            .open(
                """
                c> . 1:4(3) ack 1 "cat"
                >s . 1:6(5) ack 1 "mouse"
                at 100000s
                """);
    assertThat(engine.connections()).isOne();
  }
}
