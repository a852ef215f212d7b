package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Recorded connections without a seen opening. */
class RecordedMidStreamTest {

  private static TestEngine midStream(MidStream policy) {
    return TestEngine.of("Hello", "Hi").midStream(policy);
  }

  @Test
  @DisplayName("C-67 PDP-5 mid-stream: pass leaves every packet unchanged")
  void passesMidStream() {
    Engine engine =
        midStream(MidStream.PASS)
            .run("c> P. 1:6(5) ack 1 \"Hello\" badsum\n>s same\ns> . 1:1(0) ack 6\n>c same");
    assertThat(engine.counters().of(Reason.MID_STREAM)).isOne();
  }

  @Test
  @DisplayName("C-67 PDP-5 mid-stream: drop lets nothing pass")
  void dropsMidStream() {
    midStream(MidStream.DROP).run("c> P. 1:6(5) ack 1 \"Hello\"\ns> . 1:1(0) ack 6\nnothing");
  }

  @Test
  @DisplayName("C-67 PDP-5 mid-stream: reset answers each segment except a RST")
  void resetsMidStream() {
    midStream(MidStream.RESET)
        .run(
            """
            c> P. 1:6(5) ack 4 "Hello"
            >c R 4:4(0)
            s> . 4:4(0) ack 6
            >s R 6:6(0)
            c> R 6:6(0)
            nothing
            """);
  }

  @Test
  @DisplayName("C-67 PDP-5 mid-stream: picked up, edits of equal length apply, others are counted")
  void picksUpMidStream() {
    Engine engine =
        TestEngine.of("Hello", "Howdy", "x", "yyy")
            .midStream(MidStream.PICK_UP)
            .run(
                """
                c> P. 100:107(7) ack 50 "Hello x"
                >s P. 100:107(7) ack 50 "Howdy x"
                s> P. 50:55(5) ack 107 "Hello"
                >c P. 50:55(5) ack 107 "Howdy"
                """);
    assertThat(engine.counters().of(Reason.NOT_APPLIED)).isOne();
  }

  @Test
  @DisplayName("C-68 a connection with one visible direction follows the policy and holds nothing")
  void passesAOneSidedConnection() {
    Engine engine =
        midStream(MidStream.PASS)
            .run(
                """
                c> S 0:0(0)
                >s same
                c> . 1:1(0) ack 1
                >s same
                c> . 1:6(5) ack 1 "Hello"
                >s same
                c> . 9:12(3) ack 1
                >s same
                """);
    assertThat(engine.counters().of(Reason.NOT_WHOLE)).isOne();
  }

  @Test
  @DisplayName("HDP-11 mid-stream policies have no effect in monitor mode")
  void monitorsMidStream() {
    midStream(MidStream.DROP)
        .mode(Mode.MONITOR)
        .run("c> P. 1:6(5) ack 1 \"Hello\"\n>s same\ns> . 1:1(0) ack 6\n>c same");
  }
}
