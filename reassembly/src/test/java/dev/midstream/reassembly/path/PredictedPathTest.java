package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Octets of a connection at rest, opaque or shown, and their acknowledgements. The second segment
 * leaves it at rest, and the third is predicted unless it differs. Only timestamps in their usual
 * place are predicted (RFC 7323 appendix A).
 */
class PredictedPathTest {
  private static final String AT_REST =
      Opening.stamped(100, 500, 101)
          + """
          c> . 1:6(5) ack 1 <nop,nop,TS 102/500>
          >s same
          s> . 1:1(0) ack 6 <nop,nop,TS 501/102>
          >c same
          c> . 6:11(5) ack 1 <nop,nop,TS 103/501>
          >s same
          """;

  private static final LambdaAgent PASSING =
      LambdaAgent.onClient((view, out) -> out.pass(view.length()));

  private static LambdaAgent skipping(long count) {
    return LambdaAgent.onClient((view, out) -> out.skip(count));
  }

  private static Engine run(String script) {
    return TestEngine.inline(skipping(1_000)).run(AT_REST + script);
  }

  @Test
  @DisplayName("HDP-13 octets of a span pass in order, and are noted as seen")
  void passesWhatIsPredicted() {
    Engine engine =
        run(
            """
            c> P. 11:16(5) ack 1 <nop,nop,TS 103/501>
            >s same
            s> . 1:1(0) ack 16 <nop,nop,TS 502/103>
            >c same
            """);
    assertThat(Connections.client(engine).sender().orgSeenEnd()).isEqualTo(15);
  }

  @Test
  @DisplayName("H-41 an older timestamp is refused")
  void refusesAnOlderTimestamp() {
    Engine engine =
        run(
            """
            c> . 11:16(5) ack 1 <nop,nop,TS 90/501>
            >c . 1:1(0) ack 6 <nop,nop,TS 501/103>
            c> . 11:16(5) ack 1 <nop,nop,TS 104/501>
            >s same
            """);
    assertThat(engine.counters().of(Reason.PAWS)).isEqualTo(1);
  }

  @Test
  @DisplayName("H-41 a segment without the timestamp is refused")
  void refusesAMissingTimestamp() {
    Engine engine = run("c> . 11:16(5) ack 1\n");
    assertThat(engine.counters().of(Reason.MISSING_TIMESTAMP)).isEqualTo(1);
  }

  @Test
  @DisplayName("H-41 two higher hop limits raise the normal one")
  void observesHopLimits() {
    run(
        """
        c> . 11:16(5) ack 1 ttl 70 <nop,nop,TS 103/501>
        >s same
        c> . 16:21(5) ack 1 ttl 70 <nop,nop,TS 103/501>
        >s same
        c> . 21:26(5) ack 1 ttl 70 <nop,nop,TS 103/501>
        >s same
        c> . 26:31(5) ack 1 ttl 64 <nop,nop,TS 103/501>
        >s same
        """);
  }

  @Test
  @DisplayName("C-6 the segment with the last octet of a span calls the agent")
  void endsASpan() {
    List<String> views = new ArrayList<>();
    TestEngine.inline(skipping(15).recording(views))
        .run(
            AT_REST
                + """
                c> . 11:16(5) ack 1 <nop,nop,TS 103/501>
                >s same
                """);
    assertThat(views).hasSize(2);
  }

  @Test
  @DisplayName("C-33 octets beyond the receiver's right edge wait")
  void keepsToTheWindow() {
    TestEngine.inline(skipping(1_000))
        .run(
            Opening.window(12)
                + """
                c> . 1:6(5) ack 1
                >s same
                c> . 6:11(5) ack 1
                >s same
                c> . 11:16(5) ack 1
                >s . 11:13(2) ack 1
                """);
  }

  @Test
  @DisplayName("HDP-14 a segment that acknowledges more is no repetition")
  void rewritesWhatIsNew() {
    run(
        """
        s> . 1:4(3) ack 11 <nop,nop,TS 502/103> "abc"
        >c same
        c> . 11:16(5) ack 4 <nop,nop,TS 104/502>
        >s same
        """);
  }

  @Test
  @DisplayName("HDP-14 a larger window is advertised, and bounds what the other end sends")
  void advertisesALargerWindow() {
    TestEngine.inline(skipping(1_000))
        .run(
            Opening.of("win 1000 <mss 1460>", "<mss 1460>", "win 1000")
                + """
                c> . 1:6(5) ack 1 win 1000
                >s same
                c> . 6:11(5) ack 1 win 1000
                >s same
                c> . 11:16(5) ack 1 win 2000
                >s same
                s> . 1001:1004(3) ack 16
                >c . 1:1(0) ack 16 win 65535
                >s . 16:16(0) ack 1 win 2000
                """);
  }

  @Test
  @DisplayName("H-46 a mark of congestion passes, and a flag is no repetition")
  void passesMarksOfCongestion() {
    run(
        """
        c> . 11:16(5) ack 1 tos 3 <nop,nop,TS 103/501>
        >s same
        c> .E 16:21(5) ack 1 <nop,nop,TS 103/501>
        >s same
        """);
  }

  @Test
  @DisplayName("H-46 ACK-1 a segment without ECE ends the report of the one before it")
  void endsAReportOfCongestion() {
    LambdaAgent deletingOfServer =
        LambdaAgent.by((direction, view, out) -> {
          if (direction == Direction.CLIENT_TO_SERVER) {
            out.skip(1_000);
          } else {
            out.replace(view.length(), Octets.empty());
          }
        });
    TestEngine.inline(deletingOfServer)
        .run(
            AT_REST
                + """
                c> E. 11:16(5) ack 1 <nop,nop,TS 104/501>
                >s same
                c> . 16:21(5) ack 1 <nop,nop,TS 105/501>
                >s same
                c> . 21:26(5) ack 1 <nop,nop,TS 106/501>
                >s same
                s> . 1:4(3) ack 6 <nop,nop,TS 502/105> "abc"
                >s . 26:26(0) ack 4 <nop,nop,TS 106/502>
                """);
  }

  @Test
  @DisplayName("HDP-14 ACK-1 an ACK of the next octets moves A, and frees what it acknowledges")
  void acknowledgesOctets() {
    Engine engine =
        run(
            """
            s> . 1:1(0) ack 11 <nop,nop,TS 502/103>
            >c same
            c> . 11:16(5) ack 1 <nop,nop,TS 104/502>
            >s same
            s> . 1:1(0) ack 16 win 500 <nop,nop,TS 503/104>
            >c . 1:1(0) ack 16 win 65530 <nop,nop,TS 503/104>
            """);
    assertThat(Connections.client(engine).acknowledged()).isEqualTo(15);
  }

  @Test
  @DisplayName("H-31 an ACK of octets that were never sent is answered")
  void refusesAnAckBeyondWhatWasSent() {
    Engine engine =
        run(
            """
            s> . 1:1(0) ack 12 <nop,nop,TS 502/103>
            >s . 11:11(0) ack 1 <nop,nop,TS 103/501>
            """);
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isEqualTo(1);
  }

  @Test
  @DisplayName("H-45 an ACK below the next number of its end is a keep-alive")
  void forwardsAKeepAlive() {
    Engine engine =
        run(
            """
            s> . 0:0(0) ack 11 <nop,nop,TS 502/103>
            >c same
            """);
    assertThat(engine.counters().of(Reason.KEEP_ALIVE)).isEqualTo(1);
  }

  @Test
  @DisplayName("H-46 an ACK that reports congestion, and the one after it")
  void passesReportsOfCongestion() {
    run(
        """
        s> E. 1:1(0) ack 11 <nop,nop,TS 502/103>
        >c same
        c> . 11:16(5) ack 1 <nop,nop,TS 104/502>
        >s same
        s> . 1:1(0) ack 16 <nop,nop,TS 503/104>
        >c same
        """);
  }

  @Test
  @DisplayName("HDP-13 octets that the agent passes leave in order, and are kept")
  void showsWhatIsPredicted() {
    List<String> views = new ArrayList<>();
    Engine engine =
        TestEngine.inline(PASSING.recording(views))
            .run(
                AT_REST
                    + """
                    c> P. 11:16(5) ack 1 <nop,nop,TS 103/501>
                    >s same
                    """);
    assertThat(views).hasSize(3);
    assertThat(Connections.client(engine).sender().orgSeenEnd()).isEqualTo(15);
    assertThat(Connections.client(engine).edits().firstCopies().length()).isEqualTo(10);
  }

  @Test
  @DisplayName("HDP-14 an edit in a predicted segment, and its acknowledgement")
  void editsWhatIsPredicted() {
    TestEngine.inline(LambdaAgent.onClient((view, out) -> replaceFrom(10, view, out)))
        .run(
            AT_REST
                + """
                c> . 11:16(5) ack 1 <nop,nop,TS 103/501> "abcde"
                >s . 11:14(3) ack 1 <nop,nop,TS 103/501> "xyz"
                s> . 1:1(0) ack 14 <nop,nop,TS 502/103>
                >c . 1:1(0) ack 16 <nop,nop,TS 502/103>
                c> . 16:21(5) ack 1 <nop,nop,TS 104/502>
                >s . 14:17(3) ack 1 <nop,nop,TS 104/502> "xyz"
                """);
  }

  @Test
  @DisplayName("HDP-14 octets of a predicted segment that the agent holds are not sent")
  void holdsWhatIsPredicted() {
    TestEngine.inline(
            LambdaAgent.onClient((view, out) -> {
              if (view.start() < 10 || view.length() == 10) {
                out.pass(view.length());
              } else {
                out.need(10);
              }
            }))
        .run(
            AT_REST
                + """
                c> . 11:16(5) ack 1 <nop,nop,TS 103/501> "abcde"
                c> . 16:21(5) ack 1 <nop,nop,TS 104/501> "fghij"
                >s . 11:21(10) ack 1 <nop,nop,TS 104/501> "abcdefghij"
                """);
  }

  @Test
  @DisplayName("C-33 octets of a predicted segment beyond the receiver's right edge wait")
  void keepsShownOctetsToTheWindow() {
    TestEngine.inline(PASSING)
        .run(
            Opening.window(12)
                + """
                c> . 1:6(5) ack 1
                >s same
                c> . 6:11(5) ack 1
                >s same
                c> . 11:16(5) ack 1
                >s . 11:13(2) ack 1
                """);
  }

  private static void replaceFrom(long position, OctetView view, Decisions out) {
    if (view.start() < position) {
      out.pass(view.length());
    } else {
      out.replace(view.length(), Octets.of("xyz".getBytes(StandardCharsets.US_ASCII)));
    }
  }
}
