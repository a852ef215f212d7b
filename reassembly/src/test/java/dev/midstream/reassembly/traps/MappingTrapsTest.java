package dev.midstream.reassembly.traps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.agent.Decisions;
import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.script.Deciding;
import dev.midstream.reassembly.script.Lines;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Rules;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The traps of mapping, window and end of stream. */
class MappingTrapsTest {
  /**
   * What the client says: "x" grows to ten octets, "d" vanishes, behind "+" something is put in.
   */
  private static TestEngine editing() {
    return TestEngine.inline(
        Deciding.onClient((view, out) -> {
          for (char octet : Rules.text(view).toCharArray()) {
            edit(octet, out);
          }
        }));
  }

  private static void edit(char octet, Decisions out) {
    switch (octet) {
      case 'x' -> out.replace(1, Octets.ofText("0123456789"));
      case 'd' -> out.replace(1, Octets.empty());
      case '+' -> {
        out.replace(1, Octets.ofText("PLUS"));
        out.replace(0, Octets.ofText("!!"));
      }
      default -> out.pass(1);
    }
  }

  @Test
  @DisplayName("H-25 what is put in behind an edit belongs to the octet that follows it")
  void insertionBelongsToTheNextOctet() {
    editing()
        .open(
            """
            c> . 1:4(3) ack 1 "a+b"
            >s . 1:9(8) ack 1 "aPLUS!!b"
            c> . 3:4(1) ack 1 "b"
            >s . 6:9(3) ack 1 "!!b"
            c> . 2:3(1) ack 1 "+"
            >s . 2:6(4) ack 1 "PLUS"
            s> . 1:1(0) ack 6 win 65530
            >c . 1:1(0) ack 3 win 65533
            s> . 1:1(0) ack 7 win 65529
            s> . 1:1(0) ack 8 win 65528
            nothing
            s> . 1:1(0) ack 9 win 65527
            >c . 1:1(0) ack 4 win 65532
            """);
  }

  @Test
  @DisplayName("H-25 H-16 what is put in at the end is repeated by the engine: nobody else can")
  void repeatsAnInsertionAtTheEnd() {
    editing()
        .open(
            """
            c> P. 1:3(2) ack 1 "a+"
            >s P. 1:8(7) ack 1 "aPLUS!!"
            s> . 1:1(0) ack 6 win 65530
            >c . 1:1(0) ack 3
            at 1.1s
            >s P. 6:8(2) ack 1 "!!"
            s> . 1:1(0) ack 8 win 65528
            at 60s
            nothing
            """);
  }

  @Test
  @DisplayName("H-27 with a scaled window the edge shown never goes back, what exceeds R waits")
  void keepsTheEdgeOfAScaledWindow() {
    TestEngine.inline(Rules.passing())
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
  @DisplayName("H-27 H-48 the acknowledgement that ends an opening passes, whatever its window")
  void passesTheAcknowledgementOfAnOpening() {
    editing()
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
  @DisplayName("H-28 C-33 growth takes no promise back: the edge stays and the excess waits")
  void keepsTheEdgeWhenAnEditGrows() {
    Engine engine =
        editing()
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
  @DisplayName("T-6 H-29 a window that a deletion opens is told although the receiver is silent")
  void tellsOfAWindowThatADeletionOpened() {
    editing()
        .run(
            Opening.window(1000)
                + """
                c> . 1:602(601) ack 1 "a%s"
                >s . 1:2(1) ack 1 "a"
                >c . 1:1(0) ack 1 win 1600
                """
                    .formatted("d".repeat(600)));
  }

  @Test
  @DisplayName("H-29 a window that opens by little is not told: no stream of tiny segments")
  void keepsALittleWindowToItself() {
    editing()
        .run(
            Opening.window(1000)
                + """
                c> . 1:102(101) ack 1 "a%s"
                >s . 1:2(1) ack 1 "a"
                nothing
                """
                    .formatted("d".repeat(100)));
  }

  @Test
  @DisplayName("H-31 C-29 what waits for the window cannot be acknowledged yet")
  void refusesAnAcknowledgementOfWhatWaits() {
    Engine engine =
        editing()
            .run(
                Opening.window(5)
                    + """
                    c> . 1:2(1) ack 1 "x"
                    >s . 1:6(5) ack 1 "01234"
                    s> . 1:1(0) ack 11 win 500
                    >s . 6:6(0) ack 1
                    s> . 1:1(0) ack 6 win 500
                    >c . 1:1(0) ack 1
                    >s . 6:11(5) ack 1 "56789"
                    """);
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isOne();
  }

  @Test
  @DisplayName("T-8 H-32 C-18 everything is deleted: FIN at 0, acknowledged only by what covers it")
  void endsADeletedStream() {
    editing()
        .run(
            Opening.window(1000)
                + """
                c> . 1:4(3) ack 1 "ddd"
                >c . 1:1(0) ack 4
                c> F. 4:4(0) ack 1
                >s F. 1:1(0) ack 1
                s> . 1:1(0) ack 1 win 999
                nothing
                c> F. 4:4(0) ack 1
                >s F. 1:1(0) ack 1
                s> . 1:1(0) ack 2 win 1000
                >c . 1:1(0) ack 5
                """);
  }

  @Test
  @DisplayName("H-35 C-10 an old segment is answered with a D-SACK, too many of them are not")
  void answersOldSegments() {
    StringBuilder script = new StringBuilder();
    script.append(
        """
        c> . 1:5(4) ack 1 "abce"
        >s same
        s> . 1:1(0) ack 5
        >c same
        """);
    for (int i = 0; i < 8; i++) {
      script.append("c> . 1:5(4) ack 1 \"abce\"\n>c . 1:1(0) ack 5 <sack 1:5>\n");
    }
    script.append(
        """
        c> . 1:5(4) ack 1 "abce"
        nothing
        at 0.6s
        c> . 1:5(4) ack 1 "abce"
        >c . 1:1(0) ack 5 <sack 1:5>
        c> . 1:5(4) ack 1 "abce"
        nothing
        c> . 3:3(0) ack 1
        >s . 4:4(0) ack 1
        """);
    editing().open(script.toString());
  }

  @Test
  @DisplayName("H-36 C-34 the garbage octet of a keep-alive is compared with nothing")
  void comparesNoGarbage() {
    TestEngine engine = editing();
    Engine counted =
        engine.open(
            """
            c> . 1:4(3) ack 1 "axb"
            >s . 1:13(12) ack 1 "a0123456789b"
            s> . 1:1(0) ack 13
            >c . 1:1(0) ack 4
            c> . 3:4(1) ack 1 "?"
            >s . 12:12(0) ack 1
            s> . 1:1(0) ack 13
            >c . 1:1(0) ack 4
            c> . 2:3(1) ack 1 "?"
            >s . 12:12(0) ack 1
            """);
    assertThat(counted.counters().of(Reason.KEEP_ALIVE)).isEqualTo(2);
    assertThat(counted.counters().of(Reason.INCONSISTENT_RETRANSMISSION)).isZero();
    assertThat(engine.events()).isEmpty();
  }

  @Test
  @DisplayName("H-37 C-50 an urgent octet is in the stream for the agent and the receiver alike")
  void clearsTheUrgentFlag() {
    Engine engine =
        editing()
            .open(
                """
                c> UP. 1:6(5) ack 1 urg 2 "PxORT"
                >s P. 1:15(14) ack 1 urg 0 "P0123456789ORT"
                """);
    assertThat(engine.counters().of(Reason.URGENT_CLEARED)).isOne();
  }

  @Test
  @DisplayName("H-37 C-50 or points behind the same octet, if that is decided and near enough")
  void mapsTheUrgentPointer() {
    editing()
        .urgent(Policies.Urgent.PASS)
        .open(
            """
            c> U. 1:6(5) ack 1 urg 2 "PxORT"
            >s U. 1:15(14) ack 1 urg 11 "P0123456789ORT"
            c> U. 6:7(1) ack 1 urg 9 "a"
            >s . 15:16(1) ack 1 urg 0 "a"
            """);
  }

  @Test
  @DisplayName("H-37 C-50 a flag whose octets are acknowledged is cleared and counted")
  void countsUrgentOctetsThatAreOver() {
    Engine engine =
        editing()
            .urgent(Policies.Urgent.PASS)
            .open(
                """
                c> U. 1:6(5) ack 1 urg 2 "PxORT"
                >s U. 1:15(14) ack 1 urg 11 "P0123456789ORT"
                s> . 1:1(0) ack 13
                >c . 1:1(0) ack 4
                c> U. 1:6(5) ack 1 urg 2 "PxORT"
                >s . 13:15(2) ack 1 urg 0 "RT"
                """);
    assertThat(engine.counters().of(Reason.URGENT_CLEARED)).isOne();
  }

  @Test
  @DisplayName("H-8 C-28 a SACK block that covers the FIN covers the sender's FIN")
  void showsABlockWithItsFin() {
    TestEngine.inline("Hello", "Hi")
        .open(
            """
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            c> F. 6:16(10) ack 1
            >s F. 3:13(10) ack 1
            s> . 1:1(0) ack 1 <sack 3:14>
            >c . 1:1(0) ack 1 <sack 6:17>
            s> . 1:1(0) ack 1 <sack 13:14>
            >c . 1:1(0) ack 1 <sack 16:17>
            s> . 1:1(0) ack 14 <sack 13:14>
            >c . 1:1(0) ack 17 <sack 16:17>
            """);
  }

  @Test
  @DisplayName("H-8 H-16 what a block with the FIN covers the engine does not repeat")
  void repeatsNothingThatABlockWithTheFinCovers() {
    TestEngine.inline(Lines.passed())
        .run(
            """
            c> S 0:0(0) <mss 100,sackOK>
            >s same
            s> S. 0:0(0) ack 1 <mss 100,sackOK>
            >c same
            c> . 1:3(2) ack 1 "x\\n"
            >s same
            c> . 3:5(2) ack 1 "ab"
            at 0.1s
            >c . 1:1(0) ack 5
            c> F. 5:255(250) ack 1
            >s . 3:5(2) ack 1 "ab"
            >s F. 5:255(250) ack 1
            s> . 1:1(0) ack 1 <sack 3:256>
            >c . 1:1(0) ack 255
            >s P. 1:3(2) ack 1 "x\\n"
            """);
  }
}
