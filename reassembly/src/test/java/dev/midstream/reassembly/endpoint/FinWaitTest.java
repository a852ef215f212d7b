package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.RulePolicies;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long the engine waits for the FIN of a sender after its own. */
class FinWaitTest {
  /** Times after which octets that wait for the window are probed for, with back-off. */
  private static final String[] PROBES = {
    "0.25s", "0.7s", "1.5s", "3.1s", "6.4s", "12.8s", "25.8s", "52s", "104s", "165s", "226s"
  };

  /** The same for a FIN that is its own probe, the first of which is early. */
  private static final String[] FINS = {
    "0.25s", "0.5s", "1s", "2s", "4s", "8s", "15s", "30s", "60s", "110s", "170s", "230s"
  };

  /** The client answers the probe of each time, and lets in nothing. */
  private static String answered(String[] times, String probe, String answer) {
    StringBuilder lines = new StringBuilder();
    for (String time : times) {
      lines.append("at ").append(time).append('\n').append(probe).append(answer);
    }
    return lines.toString();
  }

  @Test
  @DisplayName("H-54 the sender's time begins with the engine's FIN, which waits for the window")
  void beginsWithTheFin() {
    Engine engine =
        TestEngine.inline(FinishingAgents.denying())
            .run(
                Opening.of("win 1 <mss 1460>", "<mss 1460>", "win 1")
                    + """
                    c> P. 1:2(1) ack 1 win 1 "X"
                    >s same
                    >c . 1:2(1) ack 1 "n"
                    s> . 1:1(0) ack 2
                    >c . 2:2(0) ack 2
                    c> . 2:2(0) ack 2 win 0
                    """
                    + answered(PROBES, ">c . 1:1(0) ack 2\n", "c> . 2:2(0) ack 2 win 0\n")
                    + """
                    at 241s
                    c> . 2:2(0) ack 2 win 10
                    >s . 2:2(0) ack 1 win 9
                    >c FP. 2:3(1) ack 2 "o"
                    c> . 2:2(0) ack 4 win 10
                    >s . 2:2(0) ack 1 win 10
                    at 480s
                    nothing
                    at 482s
                    >s R. 2:2(0) ack 1 win 10
                    >c R. 4:4(0) ack 2
                    """);
    assertThat(engine.counters().of(Reason.FINISH_EXPIRED)).isOne();
  }

  @Test
  @DisplayName("H-54 a receiver that has no room for the engine's FIN is waited for")
  void waitsForTheReader() {
    Engine engine =
        TestEngine.inline(FinishingAgents.denying())
            .run(
                Opening.of("win 2 <mss 1460>", "<mss 1460>", "win 2")
                    + """
                    c> P. 1:2(1) ack 1 win 2 "X"
                    >s same
                    >c FP. 1:3(2) ack 1 "no"
                    s> . 1:1(0) ack 2
                    >c . 3:3(0) ack 2
                    c> . 2:2(0) ack 3 win 0
                    """
                    + answered(FINS, ">c F. 3:3(0) ack 2\n", "c> . 2:2(0) ack 3 win 0\n")
                    + """
                    at 241s
                    nothing
                    """);
    assertThat(engine.counters().of(Reason.FINISH_EXPIRED)).isZero();
  }

  @Test
  @DisplayName("H-54 a stream that is finished after a long silence is not given up at once")
  void beginsAfterSilence() {
    LambdaAgent agent =
        LambdaAgent.by(
                (direction, view, out) -> {
                  if (direction == Direction.CLIENT_TO_SERVER && view.flush()) {
                    out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("no"));
                    out.finish(Direction.SERVER_TO_CLIENT);
                    out.pass(view.length());
                  }
                })
            .withFlush();
    Engine engine =
        TestEngine.inline(agent)
            .ofRule(new RulePolicies(null, null, null, null, 300_000_000_000L))
            .open(
                """
                c> P. 1:2(1) ack 1 "a"
                at 0.15s
                >c . 1:1(0) ack 2
                at 300.1s
                >s P. 1:2(1) ack 1 "a"
                >c FP. 1:3(2) ack 2 "no"
                """);
    assertThat(engine.counters().of(Reason.FINISH_EXPIRED)).isZero();
  }

  @Test
  @DisplayName("H-54 what the receiver says after it has read the end begins no new time")
  void countsNoAcknowledgements() {
    Engine engine =
        EndedStreams.denied(
            """
            s> . 1:1(0) ack 2
            >c . 4:4(0) ack 2
            c> . 2:2(0) ack 4
            at 200s
            c> . 2:2(0) ack 4
            >s . 2:2(0) ack 1
            at 241s
            >s R. 2:2(0) ack 1
            >c R. 4:4(0) ack 2
            """);
    assertThat(engine.counters().of(Reason.FINISH_EXPIRED)).isOne();
  }

  @Test
  @DisplayName("H-55 the end that is not reset may read slowly")
  void waitsForASlowReaderAfterAnAbort() {
    Engine engine =
        TestEngine.inline(FinishingAgents.aborting())
            .run(
                Opening.of("win 1 <mss 1460>", "<mss 1460>", "win 1")
                    + """
                    c> P. 1:2(1) ack 1 win 1 "X"
                    >c . 1:2(1) ack 2 "n"
                    >s R. 1:1(0) ack 1
                    c> . 2:2(0) ack 2 win 0
                    """
                    + answered(PROBES, ">c . 1:1(0) ack 2\n", "c> . 2:2(0) ack 2 win 0\n")
                    + """
                    at 241s
                    c> . 2:2(0) ack 2 win 10
                    >c FP. 2:3(1) ack 2 "o"
                    """);
    assertThat(engine.counters().of(Reason.FINISH_EXPIRED)).isZero();
  }

  @Test
  @DisplayName("H-55 new octets of the end that is not reset begin the time again, for one hour")
  void letsAnUploadEnd() {
    StringBuilder upload = new StringBuilder();
    for (int i = 0; i < 17; i++) {
      upload.append("at %ds\n".formatted(200 + 200 * i));
      upload.append("c> P. %d:%d(1) ack 4 \"a\"\n".formatted(2 + i, 3 + i));
      upload.append(">c . 4:4(0) ack %d\n".formatted(3 + i));
    }
    Engine engine =
        EndedStreams.aborted(
            "c> . 2:2(0) ack 4\n"
                + upload
                + """
                at 3599s
                nothing
                at 3601s
                >c R. 4:4(0) ack 19
                """);
    assertThat(engine.counters().of(Reason.FINISH_EXPIRED)).isOne();
  }

  @Test
  @DisplayName("H-42 H-55 silence sends nothing to the end that was reset, and ends nothing early")
  void probesNoResetEnd() {
    TestEngine.inline(FinishingAgents.aborting())
        .established(60_000_000_000L)
        .open(
            EndedStreams.ABORTED
                + """
                c> . 2:2(0) ack 4
                at 239s
                nothing
                """);
  }

  @Test
  @DisplayName("H-42 H-54 silence sends nothing to a receiver that is closed")
  void probesNoClosedReceiver() {
    TestEngine.inline(FinishingAgents.denying())
        .established(60_000_000_000L)
        .open(
            EndedStreams.DENIED
                + """
                s> . 1:1(0) ack 2
                >c . 4:4(0) ack 2
                c> F. 2:2(0) ack 4
                >s F. 2:2(0) ack 1
                s> . 1:1(0) ack 3
                >c . 4:4(0) ack 3
                at 239s
                nothing
                """);
  }
}
