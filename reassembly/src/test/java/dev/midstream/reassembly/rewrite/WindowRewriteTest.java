package dev.midstream.reassembly.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.LetterEdits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.Unmoved;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The window on its way to the sender. */
class WindowRewriteTest {

  @Test
  @DisplayName(
      "H-27 with a scaled window the advertised edge never moves left; octets beyond R wait")
  void keepsTheEdgeOfAScaledWindow() {
    TestEngine.inline(SimpleAgents.passing())
        .run(
            Opening.of("win 65535 <mss 1460,wscale 7>", "win 1000 <mss 1460,wscale 7>", "win 512")
                + """
                c> . 1:301(300) ack 1 win 512
                >s same
                s> . 1:1(0) ack 101 win 7
                >c . 1:1(0) ack 101 win 8
                s> . 1:1(0) ack 201 win 6
                >c . 1:1(0) ack 201 win 8
                c> . 301:1225(924) ack 1 win 512
                >s . 301:969(668) ack 1 win 512
                s> . 1:1(0) ack 969 win 0
                >c . 1:1(0) ack 969 win 2
                s> . 1:1(0) ack 969 win 8
                >c . 1:1(0) ack 969 win 8
                >s . 969:1225(256) ack 1 win 512
                """);
  }

  @Test
  @DisplayName("H-27 H-48 the ACK that completes an opening passes with any window")
  void forwardsTheLastAckOfAnOpening() {
    LetterEdits.inline()
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460,wscale 7>
            >s same
            s> S. 0:0(0) ack 1 win 65535 <mss 1460,wscale 7>
            >c same
            c> . 1:1(0) ack 1 win 512
            >s same
            """);
  }

  @Test
  @DisplayName("H-28 C-33 growth does not move the advertised edge left; the excess waits")
  void keepsTheEdgeWhenAnEditGrows() {
    Engine engine =
        LetterEdits.inline()
            .run(
                Opening.window(20)
                    + """
                    c> . 1:11(10) ack 1 "xaaaaaaaaa"
                    >s . 1:20(19) ack 1 "0123456789aaaaaaaaa"
                    c> . 11:13(2) ack 1 "xa"
                    >s . 20:21(1) ack 1 "0"
                    s> . 1:1(0) ack 20 win 1
                    >c . 1:1(0) ack 11 win 10
                    c> . 13:21(8) ack 1 "bbbbbbbb"
                    nothing
                    s> . 1:1(0) ack 21 win 100
                    >c . 1:1(0) ack 11 win 92
                    >s . 21:39(18) ack 1 "123456789abbbbbbbb"
                    """);
    assertThat(engine.counters().of(Reason.WINDOW_FULL)).isOne();
  }

  @Test
  @DisplayName("H-31 C-29 an ACK of octets that wait for the window is refused")
  void refusesAnAckOfWaitingOctets() {
    Engine engine =
        LetterEdits.inline()
            .run(
                Opening.window(5)
                    + """
                    c> . 1:2(1) ack 1 "x"
                    >s . 1:6(5) ack 1 "01234"
                    s> . 1:1(0) ack 11 win 500
                    >s . 6:6(0) ack 1
                    s> . 1:1(0) ack 6 win 500
                    >c . 1:1(0) ack 1 win 496
                    >s . 6:11(5) ack 1 "56789"
                    """);
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isOne();
  }

  @Test
  @DisplayName("H-14 law 11 octets beyond the window do not keep the agent from what it needs")
  void extendsTheWindowAfterAnOverfullOne() {
    LambdaAgent sixes =
        LambdaAgent.by((direction, view, out) -> {
          if (view.length() >= 6) {
            out.pass(6);
          } else if (view.length() > 0 && !view.endOfStream()) {
            out.need(6);
          }
        });
    TestEngine.inline(sixes)
        .run(
            """
            c> S 0:0(0) win 1000 <mss 1000>
            >s same
            s> S. 0:0(0) ack 1 win 4 <mss 1000>
            >c same
            c> . 1:6(5) ack 1 win 1000 "abcde"
            >s . 1:1(0) ack 1 win 1000
            >c . 1:1(0) ack 5 win 3
            c> . 5:7(2) ack 1 win 1000 "ef"
            >s . 1:5(4) ack 1 "abcd"
            """);
  }

  @Test
  @DisplayName("a window that its scale cannot express has not grown")
  void ignoresGrowthBelowTheScale() {
    Engine engine =
        TestEngine.inline(SimpleAgents.passing())
            .limits(EngineLimits.DEFAULTS.withDelayedBytes(20_000))
            .run(
                Opening.of(
                        "win 65535 <mss 1460,wscale 7>",
                        "win 16384 <mss 1460,wscale 14>",
                        "win 512")
                    + """
                    c> . 1:6(5) ack 1 win 512 "Hello"
                    >s same
                    s> . 1:1(0) ack 6 win 4
                    >c . 1:1(0) ack 6 win 1
                    c> . 6:11(5) ack 1 win 512 "world"
                    >s same
                    """);
    assertThat(engine.counters().of(Reason.ACK_MADE)).isZero();
  }

  @Test
  @DisplayName("H-48 a SYN-ACK with a zero window: no octet is admitted before the window opens")
  void admitsNothingBeforeTheWindowOpens() {
    Engine engine =
        TestEngine.inline("Hello", "Hi")
            .run(
                Opening.window(0)
                    + """
                    c> . 1:6(5) ack 1 "Hello"
                    >s . 0:0(0) ack 1
                    s> . 1:1(0) ack 1 win 100
                    >c . 1:1(0) ack 1 win 100
                    c> . 1:6(5) ack 1 "Hello"
                    >s . 1:3(2) ack 1 "Hi"
                    """);
    assertThat(engine.counters().of(Reason.ZERO_WINDOW)).isOne();
  }

  @Test
  @DisplayName("H-28 an old ACK does not move the receiver's right edge beyond its window")
  void ignoresTheWindowOfAnOldAck() {
    TestEngine.inline("cat", "elephant")
        .run(
            Opening.window(10)
                + """
                c> . 1:7(6) ack 1 "abcdef"
                >s . 1:7(6) ack 1 "abcdef"
                s> . 1:1(0) ack 7 win 4
                >c . 1:1(0) ack 7 win 4
                s> . 1:1(0) ack 1 win 10
                >c . 1:1(0) ack 7
                c> . 7:10(3) ack 1 "cat"
                >s . 7:11(4) ack 1 "elep"
                """);
  }

  /** [0,5) became 2 octets, [8,10) became 6, [10,13) was deleted. */
  private static final String SENT =
      """
      c> . 1:17(16) ack 1 "Hello, xOKbye123"
      >s . 1:15(14) ack 1 "Hi, xokayed123"
      """;

  private static TestEngine inline() {
    return TestEngine.inline("Hello", "Hi", "OK", "okayed", "bye", "");
  }

  @Test
  @DisplayName("C-31 the receiver's right edge is mapped; no room for growth is advertised")
  void mapsTheWindow() {
    inline()
        .open(
            SENT
                + """
                s> . 1:1(0) ack 15 win 100
                >c . 1:1(0) ack 17 win 65519
                """);
  }

  @Test
  @DisplayName("C-33 growth beyond the receiver's window waits until it opens")
  void growthWaitsForTheWindow() {
    Engine engine =
        TestEngine.inline("x", "0123456789")
            .run(
                """
                c> S 0:0(0) win 1000 <mss 1460>
                >s same
                s> S. 0:0(0) ack 1 win 12 <mss 1460>
                >c same
                c> . 1:4(3) ack 1 "xax"
                >s . 1:13(12) ack 1 "0123456789a0"
                s> . 1:1(0) ack 13 win 4
                >c . 1:1(0) ack 3 win 10
                >s . 13:17(4) ack 1 "1234"
                s> . 1:1(0) ack 17 win 20
                >c . 1:1(0) ack 3 win 16
                >s . 17:22(5) ack 1 "56789"
                s> . 1:1(0) ack 22 win 20
                >c . 1:1(0) ack 4 win 20
                """);
    assertThat(engine.counters().of(Reason.WINDOW_MAPPED)).isPositive();
  }

  @Test
  @DisplayName("H-38 what edits added counts against the limit of the edge")
  void subtractsGrowthFromTheLimit() {
    TestEngine.inline("cat", "x".repeat(500))
        .limits(EngineLimits.DEFAULTS.withDelayedBytes(1_000))
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460>
            >s same
            s> S. 0:0(0) ack 1 win 65535 <mss 1460>
            >c S. 0:0(0) ack 1 win 1000 <mss 1460>
            c> . 1:1(0) ack 1
            >s same
            c> . 1:801(800) ack 1
            >s same
            c> . 801:804(3) ack 1 "cat"
            >s . 801:1301(500) ack 1
            s> . 1:1(0) ack 801 win 65535
            >c . 1:1(0) ack 801 win 503
            """);
  }

  @Test
  @DisplayName("H-38 what is kept beside delayed octets counts against the limit of the edge")
  void subtractsOverheadFromTheLimit() {
    TestEngine.inline(SimpleAgents.passing())
        .limits(EngineLimits.DEFAULTS.withDelayedBytes(10_000))
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460>
            >s same
            s> S. 0:0(0) ack 1 win 65535 <mss 1460>
            >c S. 0:0(0) ack 1 win 10000 <mss 1460>
            c> . 1:4001(4000) ack 1
            >s same
            c> . 6001:6002(1) ack 1
            s> . 1:1(0) ack 4001 win 65535
            >c . 1:1(0) ack 4001 win 9617
            >c . 1:1(0) ack 4001 win 9617
            """);
  }

  @Test
  @DisplayName("H-27 what the engine sends after a SYN-ACK carries its window scaled")
  void scalesTheWindowOfASynAck() {
    LetterEdits.inline()
        .run(
            Opening.of("win 65535 <mss 1460,wscale 7>", "win 64000 <mss 1460,wscale 7>", "win 512")
                + """
                c> . 11:21(10) ack 1 win 512
                >c . 1:1(0) ack 1 win 500
                """);
  }

  @Test
  @DisplayName("H-27 an ACK that moves the edge only because its window is rounded is forwarded")
  void forwardsAnEdgeThatIsRounded() {
    LetterEdits.inline()
        .run(
            Opening.of("win 65535 <mss 1460,wscale 7>", "win 1925 <mss 1460,wscale 7>", "win 512")
                + """
                c> . 1:2(1) ack 1 win 512 "x"
                >s . 1:11(10) ack 1 win 512 "0123456789"
                s> . 1:1(0) ack 6 win 16
                >c . 1:1(0) ack 1 win 16
                s> . 1:1(0) ack 9 win 16
                nothing
                s> . 1:1(0) ack 11 win 6
                >c . 1:1(0) ack 2 win 16
                """);
  }

  @Test
  @DisplayName("H-14 the edge stays while output waits for the receiver")
  void keepsTheEdgeWhileOutputWaits() {
    TestEngine.inline("x", "0123456789", "Hello", "Hi")
        .run(
            Opening.window(5)
                + """
                c> . 1:2(1) ack 1 "x"
                >s . 1:6(5) ack 1 "01234"
                c> . 2:4(2) ack 1 "He"
                at 0.100s
                >c . 1:1(0) ack 4 win 2
                """);
  }

  @Test
  @DisplayName("H-14 the edge stays once the sender's FIN is known")
  void keepsTheEdgeAfterAFin() {
    TestEngine.inline("Hello", "Hi")
        .run(
            Opening.window(4)
                + """
                c> . 1:3(2) ack 1 "He"
                c> F. 4:4(0) ack 1
                at 0.100s
                >c . 1:1(0) ack 3 win 2
                """);
  }

  @Test
  @Unmoved("chunks of moved octets are filled anew, which leaves other spare memory")
  @DisplayName("H-38 C-65 under pressure the edge of a new stream begins at its share")
  void stopsTheEdgeUnderPressure() {
    Engine engine =
        TestEngine.inline(SimpleAgents.passing())
            .limits(EngineLimits.DEFAULTS.withTotalBytes(20_000))
            .engine();
    Script script = Scripts.of(engine).run(Opening.PLAIN);
    for (int at = 1; at < 6_001; at += 1_000) {
      script.run("c> . %d:%d(1000) ack 1\n>s same\n".formatted(at, at + 1_000));
    }
    script
        .between(Ends.IPV6)
        .run(
            """
            c> S 0:0(0) <mss 1460>
            >s same
            s> S. 0:0(0) ack 1 win 65535 <mss 1460>
            >c S. 0:0(0) ack 1 win 2000 <mss 1460>
            """);
  }

  @Test
  @Unmoved("chunks of moved octets are filled anew, which leaves other spare memory")
  @DisplayName("H-38 law 11 under pressure a receiver of large segments is offered one of them")
  void offersOneLargeSegmentUnderPressure() {
    Engine engine =
        TestEngine.inline(SimpleAgents.passing())
            .limits(EngineLimits.DEFAULTS.withTotalBytes(20_000))
            .engine();
    Script script = Scripts.of(engine).run(Opening.PLAIN);
    for (int at = 1; at < 6_001; at += 1_000) {
      script.run("c> . %d:%d(1000) ack 1\n>s same\n".formatted(at, at + 1_000));
    }
    script
        .between(Ends.IPV6)
        .run(
            """
            c> S 0:0(0) <mss 8960>
            >s same
            s> S. 0:0(0) ack 1 win 65535 <mss 8960>
            >c S. 0:0(0) ack 1 win 8960 <mss 8960>
            c> . 1:1(0) ack 1
            >s same
            c> . 1:1001(1000) ack 1
            >s same
            s> . 1:1(0) ack 1001 win 65535
            >c . 1:1(0) ack 1001 win 8960
            """);
  }
}
