package dev.midstream.reassembly;

import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The hold time at an engine that takes over. What a sender sent to the engine before comes again
 * at a timeout, which doubles with each try: until it is heard a sender is not silent.
 */
class TakeoverSilenceTest {
  /**
   * The engine before has acknowledged two octets of the client, which its agent holds. The one
   * that takes over asks both ends, and the server has answered.
   */
  private static Script heir() {
    Succession engines = new Succession(TestEngine.inline("evil", "good"), CommitMode.STRICT);
    Script script = new Script(engines);
    script.run(
        TestEngine.OPEN
            + """
            c> P. 1:3(2) ack 1 "ev"
            at 0.1s
            >c . 1:1(0) ack 3
            """);
    engines.takeOver(script.nowNanos());
    return script.run(
        """
        at 0.2s
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 3 win 65533
        s> . 1:1(0) ack 1
        """);
  }

  @Test
  @DisplayName("after a takeover no hold time runs before the sender is heard")
  void holdsUntilTheSenderIsHeard() {
    heir()
        .run(
            """
            at 2.9s
            nothing
            c> P. 3:5(2) ack 1 "il"
            >s P. 1:5(4) ack 1 "good"
            """);
  }

  @Test
  @DisplayName("the hold time begins when the sender answers that it has sent nothing more")
  void beginsTheHoldTimeWithTheAnswer() {
    heir()
        .run(
            """
            at 0.5s
            c> . 3:3(0) ack 1
            at 1.499s
            nothing
            at 1.5s
            >s . 1:3(2) ack 1 "ev"
            """);
  }

  @Test
  @DisplayName("no hold time runs after an answer that the sender has sent more, until that comes")
  void holdsForOctetsThatTheSenderHasSent() {
    heir()
        .run(
            """
            c> . 5:5(0) ack 1
            at 2.9s
            nothing
            c> P. 3:5(2) ack 1 "il"
            >s P. 1:5(4) ack 1 "good"
            """);
  }

  @Test
  @DisplayName("a sender that does not answer is asked again, every 3 s")
  void asksAgain() {
    heir()
        .run(
            """
            at 3.099s
            nothing
            at 3.1s
            >s . 0:0(0) ack 1
            >c . 0:0(0) ack 3 win 65533
            at 6.1s
            >s . 0:0(0) ack 1
            >c . 0:0(0) ack 3 win 65533
            c> . 3:3(0) ack 1
            at 7.1s
            >s . 1:3(2) ack 1 "ev"
            """);
  }
}
