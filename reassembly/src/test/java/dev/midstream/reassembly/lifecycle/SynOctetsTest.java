package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is kept of connections, and for how long. */
class SynOctetsTest {
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
  @DisplayName("H-42 a connection whose edits left no offset is forgotten in time")
  void forgetsAConnectionWithoutOffset() {
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
  @DisplayName("H-42 a connection with shifted numbers is not forgotten while it is open")
  void keepsAConnectionWithAnOffset() {
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

  @Test
  @DisplayName("C-38 a reset made behind a FIN stands behind the FIN")
  void resetsBehindAFin() {
    TestEngine.of(
            LambdaAgent.by((direction, view, out) -> {
              SimpleAgents.pass(view, out);
              if (view.length() > 0 && view.at(0) == 'x') {
                out.reset("test");
              }
            }))
        .open(
            """
            c> F. 1:4(3) ack 1 "abc"
            >s F. 1:4(3) ack 1 "abc"
            s> . 1:2(1) ack 5 "x"
            >c . 1:2(1) ack 5 "x"
            >s R. 5:5(0) ack 1
            >c R. 2:2(0) ack 5
            """);
  }

  @Test
  @DisplayName("HDP-7 held octets that waited behind a gap pass after the hold time too")
  void holdTimeRunsForDelayedOctets() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .outOfOrder(Policies.OutOfOrder.DELAY_SINGLE)
            .open(
                """
                c> . 4:7(3) ack 1 "Hel"
                c> . 1:4(3) ack 1 "abc"
                >s . 1:4(3) ack 1 "abc"
                at 2s
                >s . 4:7(3) ack 1 "Hel"
                """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isOne();
  }

  @Test
  @DisplayName("C-49 held octets of a SYN pass after the hold time too")
  void holdTimeRunsForOctetsOfASyn() {
    TestEngine.of("Hello", "Hi")
        .run(
            """
            c> S 0:3(3) "Hel"
            >s S 0:0(0)
            s> S. 0:0(0) ack 4
            >c S. 0:0(0) ack 1
            c> . 4:4(0) ack 1
            >s . 1:1(0) ack 1
            at 2s
            >s . 1:4(3) ack 1 "Hel"
            """);
  }

  @Test
  @DisplayName("C-49 an acknowledgement of octets on the SYN is not beyond what was sent")
  void countsOctetsOfASynAsSent() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .run(
                """
                c> S 0:3(3) "abc"
                >s S 0:0(0)
                s> S. 0:0(0) ack 4
                >c S. 0:0(0) ack 1
                >s . 1:4(3) ack 1 "abc"
                """);
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isZero();
  }

  @Test
  @DisplayName("H-48 inline nothing of a SYN leaves before the client's own acknowledgement")
  void octetsOfASynWaitForTheHandshake() {
    TestEngine.inline("Hello", "Hi")
        .run(
            """
            c> S 0:5(5) "Hello"
            >s S 0:0(0)
            s> S. 0:0(0) ack 1
            >c S. 0:0(0) ack 1
            c> . 1:1(0) ack 1
            >s . 1:3(2) ack 1 "Hi"
            """);
  }
}
