package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An end has died, and the other one waits for ever. */
class OneDeadEndTest {
  /** The client dies when half a line is in custody. */
  private static final String DEAD_CLIENT =
      TestEngine.OPEN
          + """
          c> . 1:3(2) ack 1 "QU"
          at 1s
          >c . 1:1(0) ack 3
          """;

  private static final String PROBES = ">s . 0:0(0) ack 1\n>c . 0:0(0) ack 3\n";
  private static final String BOTH_RESET = ">s R. 1:1(0) ack 1\n>c R. 1:1(0) ack 3\n";
  private static final String SERVER_ANSWERS = "s> . 1:1(0) ack 1\n";
  private static final String CLIENT_ANSWERS = "c> . 3:3(0) ack 1\n";

  private static final String ANSWERED = ">s . 3:3(0) ack 1\n>c . 1:1(0) ack 4\n";

  private final Engine engine = TestEngine.inline(LineAgents.passing()).engine();
  private final Script script = Scripts.of(engine);

  @Test
  @DisplayName("H-42 law 3 octets of a dead sender are in custody: both ends are reset")
  void resetsALivingReceiver() {
    script.run(DEAD_CLIENT);
    for (int at = 7440; at < 7560; at += 15) {
      script.run("at " + at + "s\n" + PROBES + SERVER_ANSWERS);
    }
    script.run("at 7560s\n" + BOTH_RESET + "at 7621s\n");
    assertThat(engine.counters().of(Reason.IDLE_EXPIRED)).isOne();
    assertThat(engine.connections()).isZero();
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("H-42 what a living end sends does not keep the connection of a dead one")
  void keepAlivesDoNotKeepADeadEnd() {
    script.run(DEAD_CLIENT);
    for (int at = 1_000; at <= 7_000; at += 1_000) {
      script.run("at " + at + "s\n" + "s> . 0:0(0) ack 1\n>c . 0:0(0) ack 3\n");
    }
    for (int at = 7440; at < 7560; at += 15) {
      script.run("at " + at + "s\n" + PROBES + SERVER_ANSWERS);
    }
    script.run("at 7560s\n" + BOTH_RESET);
  }

  @Test
  @DisplayName("H-42 each end has to answer one of the probes only")
  void oneAnswerOfEachEndIsEnough() {
    script.run(DEAD_CLIENT + "at 7440s\n" + PROBES + SERVER_ANSWERS);
    for (int at = 7455; at < 7545; at += 15) {
      script.run("at " + at + "s\n" + PROBES);
    }
    script.run("at 7545s\n" + PROBES + CLIENT_ANSWERS + "at 14879s\nnothing\n");
    script.run("at 14880s\n" + PROBES);
    assertThat(engine.counters().of(Reason.IDLE_EXPIRED)).isZero();
  }

  @Test
  @DisplayName("H-42 law 11 a sender that the engine answers does not keep a dead receiver")
  void answersDoNotKeepADeadReceiver() {
    script.run(
        Opening.of("win 65535 <mss 1460>", "win 3 <mss 1460>", "win 65535")
            + """
            c> . 1:7(6) ack 1 "ab\\ncd\\n"
            >s . 1:4(3) ack 1 "ab\\n"
            s> . 1:1(0) ack 4 win 0
            >c . 1:1(0) ack 4 win 0
            """);
    for (int at = 120; at < 7_440; at += 120) {
      script.run("at " + at + "s\nc> . 4:7(3) ack 1 \"cd\\n\"\n" + ANSWERED);
    }
    for (int at = 7440; at < 7560; at += 15) {
      script.run("at " + at + "s\n>s . 3:3(0) ack 1\n>c . 0:0(0) ack 4\n");
    }
    script.run("at 7560s\n>s R. 4:4(0) ack 1\n>c R. 1:1(0) ack 4\nat 7621s\n");
    assertThat(engine.counters().of(Reason.IDLE_EXPIRED)).isOne();
    assertThat(engine.budget().usedBytes()).isZero();
  }
}
