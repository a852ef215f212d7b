package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Recorded SYNs and SYN-ACKs. */
class RecordedOpeningTest {

  private static TestEngine hello() {
    return TestEngine.of("Hello", "Hi");
  }

  @Test
  @DisplayName("C-40 the same endpoints with another ISN: a new connection without the old mapping")
  void opensAgainWithAnotherIsn() {
    Engine engine = hello().engine();
    Scripts.of(engine)
        .run(TestEngine.CLOSED)
        .between(Ends.IPV4.withIsns(77_777, 88_888))
        .run(TestEngine.OPEN + "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"");
    assertThat(engine.connections()).isOne();
    assertThat(engine.counters().connections()).isEqualTo(2);
  }

  @Test
  @DisplayName("C-40 C-41 H-24 a SYN for an edited connection has no effect until its SYN-ACK")
  void newSynWaitsForItsSynAck() {
    Engine engine = hello().engine();
    Script script =
        Scripts.of(engine)
            .run(TestEngine.OPEN + "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"");
    script.between(Ends.IPV4.withIsns(500, 900)).run("c> S 0:0(0) <mss 1000>\n>s same");
    script.between(Ends.IPV4).run("c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"");
    script
        .between(Ends.IPV4.withIsns(500, 900))
        .run(
            """
            s> S. 0:0(0) ack 1 <mss 1000>
            >c same
            c> . 1:1(0) ack 1
            >s same
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            """);
    assertThat(engine.counters().of(Reason.SYN_REPEATED)).isPositive();
  }

  @Test
  @DisplayName("C-41 the stream starts at the ISN that the SYN-ACK acknowledges, in any order")
  void startsAtTheAcknowledgedIsn() {
    String talk = "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"\n";
    String answer = "s> S. 0:0(0) ack 1\n>c same\nc> . 1:1(0) ack 1\n>s same\n";
    hello().run("c> S 0:0(0)\n>s same\nc> S 0:0(0)\n>s same\n" + answer + talk);
    Scripts.of(hello().engine())
        .between(Ends.IPV4.withIsns(1, 2))
        .run("c> S 0:0(0)\n>s same")
        .between(Ends.IPV4)
        .run("c> S 0:0(0)\n>s same\n" + answer + talk);
    hello().run("s> S. 0:0(0) ack 1\n>c same\nc> S 0:0(0)\n>s same\n" + talk);
    hello()
        .run(
            Opening.SIMULTANEOUS
                + """
                c> . 1:1(0) ack 1
                >s same
                """
                + talk);
  }

  @Test
  @DisplayName("C-40 RFC 6191 a SYN for a known connection leaves with its own timestamp")
  void keepsTheTimestampOfASyn() {
    TestEngine.of("cat", "mouse")
        .run(
            Opening.stamped(1000, 500, 1001)
                + """
                c> S 900000:900000(0) <mss 1460,TS 7/0>
                >s same
                c> . 1:4(3) ack 1 <TS 1002/500> "cat"
                >s . 1:6(5) ack 1 <TS 1002/500> "mouse"
                """);
  }
}
