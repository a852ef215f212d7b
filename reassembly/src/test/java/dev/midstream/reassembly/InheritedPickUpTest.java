package dev.midstream.reassembly;

import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Another engine goes on with connections that were picked up in the middle. */
class InheritedPickUpTest {
  private Succession engines = new Succession(passing(), CommitMode.STRICT);
  private Script script = new Script(engines);

  private static TestEngine passing() {
    return TestEngine.inline(SimpleAgents.passing());
  }

  @Test
  @DisplayName(
      "HDP-17 C-67 octets that a receiver lacks from before a pick-up are not acknowledged")
  void acknowledgesNothingFromBeforeAPickUp() {
    engines =
        new Succession(
            TestEngine.inline("Hello", "Hi").midStream(MidStream.PICK_UP), CommitMode.STRICT);
    script = new Script(engines);
    script.run(
        """
        c> P. 6:11(5) ack 1 "Hello"
        >s . 6:6(0) ack 1
        >s same
        """);
    engines.takeOver(0);
    script.run("s> . 1:1(0) ack 3\n>c same\n");
  }

  @Test
  @DisplayName("HDP-17 C-67 no window is closed in the name of a receiver that was not heard")
  void showsNothingOfAnUnheardReceiverAfterAPickUp() {
    engines = new Succession(passing().midStream(MidStream.PICK_UP), CommitMode.STRICT);
    script = new Script(engines);
    script.run(
        """
        c> . 1:4(3) ack 55 "abc"
        >s . 1:1(0) ack 55
        >s . 1:4(3) ack 55 "abc"
        s> . 55:55(0) ack 4
        >c same
        c> . 4:7(3) ack 55 "def"
        >s same
        """);
    engines.takeOver(script.nowNanos());
    script.run(
        """
        c> . 7:10(3) ack 55 "ghi"
        >s . 7:7(0) ack 55
        >s . 7:10(3) ack 55 "ghi"
        nothing
        s> . 55:55(0) ack 10
        >c same
        """);
  }

  @Test
  @DisplayName("HDP-17 C-67 what waited for its record is shown after a hand-over of a pick-up")
  void showsWhatWaitedAfterAHandOver() {
    engines = new Succession(passing().midStream(MidStream.PICK_UP), CommitMode.STRICT);
    script = new Script(engines);
    script.run(
        """
        c> . 1:4(3) ack 55 "abc"
        >s . 1:1(0) ack 55
        >s . 1:4(3) ack 55 "abc"
        """);
    engines.stopCommitting();
    script.run(
        """
        c> F. 7:7(0) ack 55
        nothing
        s> . 55:55(0) ack 8
        >c . 55:55(0) ack 7
        """);
    engines.handOver(script.nowNanos());
    script.run("at 0.001s\n>c . 55:55(0) ack 8\n");
  }

  /** A pick-up at {@code from} whose receiver is not heard: it keeps the newest first copies. */
  private void pickUpUnheard(int from) {
    TestEngine limited =
        passing()
            .midStream(MidStream.PICK_UP)
            .limits(EngineLimits.DEFAULTS.withDelayedBytes(1_500));
    engines = new Succession(limited, CommitMode.STRICT);
    script = new Script(engines);
    script.run("at 10s\n");
    for (int start = from; start < from + 1_500; start += 500) {
      String range = "%d:%d(500)".formatted(start, start + 500);
      String empty = start == from ? ">s . %d:%d(0) ack 1 win 1500\n".formatted(from, from) : "";
      script.run("c> . " + range + " ack 1\n" + empty + ">s . " + range + " ack 1 win 1500\n");
    }
    String last = "%d:%d(500)".formatted(from + 1_500, from + 2_000);
    script.run("c> . %s ack 1\nat 13s\nc> . %s ack 1\n>s . %s ack 1\n".formatted(last, last, last));
  }

  @Test
  @DisplayName("HDP-17 C-67 law 3 copies that an unheard receiver lost are not acknowledged")
  void acknowledgesNoCopiesThatWereDropped() {
    pickUpUnheard(1);
    script.run(
        "s> . 1:1(0) ack 1 win 1500\n>c same\nc> . 2001:2101(100) ack 1 win 1500\n>s same\n");
    engines.takeOver(script.nowNanos());
    script.run("s> . 1:1(0) ack 1 win 1500\n>c same\n");
  }

  @Test
  @DisplayName("HDP-17 C-67 law 11 a receiver that lacked octets from before a pick-up goes on")
  void goesOnAfterOctetsFromBeforeAPickUp() {
    pickUpUnheard(101);
    script.run(
        "s> . 1:1(0) ack 51 win 1500\n>c same\nc> . 2101:2201(100) ack 1 win 1500\n>s same\n");
    engines.takeOver(script.nowNanos());
    script.run("s> . 1:1(0) ack 2201 win 1500\n>c same\n");
  }
}
