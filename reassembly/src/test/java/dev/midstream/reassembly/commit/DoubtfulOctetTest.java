package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One octet that no record has, and that may be the garbage of a keep-alive. */
class DoubtfulOctetTest {
  private static final String A300 = "a".repeat(300);
  private static final String B300 = "b".repeat(300);
  private static final String Y300 = "y".repeat(300);

  private Succession engines = successionOf(SimpleAgents.passing());
  private Script script = new Script(engines);

  private static Succession successionOf(Agent<?> agent) {
    return new Succession(TestEngine.inline(agent), CommitMode.ON_CHANGE, FirstCopies.COMMANDS);
  }

  private void play(Agent<?> agent, String lines) {
    engines = successionOf(agent);
    script = new Script(engines);
    script.run(lines);
  }

  @Test
  @DisplayName("HDP-17 C-34 the garbage of a keep-alive is no octet that is missing")
  void takesNoGarbage() {
    play(
        SimpleAgents.replacing("Hello", "Hi"),
        TestEngine.OPEN
            + """
            c> P. 1:606(605) ack 1 "%sHello%s"
            >s P. 1:603(602) ack 1 "%sHi%s"
            s> . 1:1(0) ack 603
            >c . 1:1(0) ack 606
            """
                .formatted(A300, B300, A300, B300));
    engines.takeOver(0);
    script.run(
        """
        at 1s
        c> . 605:606(1) ack 1 "z"
        >s . 0:0(0) ack 1
        s> . 1:1(0) ack 603
        >c . 1:1(0) ack 606
        """);
    assertThat(engines.engine().counters().of(Reason.KEEP_ALIVE)).isOne();
  }

  @Test
  @DisplayName(
      "HDP-17 C-34 law 11 one octet may be garbage until its receiver says that it lacks it")
  void takesOneOctetThatIsMissing() {
    play(
        SimpleAgents.replacing("x", Y300),
        Opening.of("<mss 1460,sackOK>", "win 400 <mss 1460,sackOK>", "")
            + """
            c> P. 1:302(301) ack 1 "x%s"
            >s P. 1:401(400) ack 1 "%s%s"
            """
                .formatted(A300, Y300, "a".repeat(100)));
    engines.takeOver(0);
    script.run(
        """
        at 0.1s
        nothing
        at 3s
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 1 win 400
        at 4s
        c> . 102:103(1) ack 1 "a"
        >s . 0:0(0) ack 1
        s> . 1:1(0) ack 401 win 400
        >c . 1:1(0) ack 102
        >s . 401:402(1) ack 1 "a"
        """);
  }
}
