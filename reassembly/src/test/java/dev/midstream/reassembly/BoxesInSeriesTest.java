package dev.midstream.reassembly;

import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.box.BoxesInSeries;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two engines on one path. */
class BoxesInSeriesTest {

  @Test
  @DisplayName("H-50 two boxes in series both edit; neither causes packets of the other")
  void editsInBothOfTwoBoxesInSeries() {
    Engine first = TestEngine.inline("Hello", "Hi").engine();
    Engine second = TestEngine.inline("Hi", "Hey there").engine();
    new Script(new BoxesInSeries(Scripts.box(first), Scripts.box(second)))
        .run(
            TestEngine.OPEN
                + """
                c> . 1:6(5) ack 1 "Hello"
                >s . 1:10(9) ack 1 "Hey there"
                c> . 12:14(2) ack 1 "yz"
                nothing
                s> . 1:1(0) ack 10
                >c . 1:1(0) ack 6
                >c . 1:1(0) ack 6 <sack 12:14>
                c> . 6:12(6) ack 1 " Hello"
                >s . 10:22(12) ack 1 " Hey thereyz"
                s> . 1:1(0) ack 22
                >c . 1:1(0) ack 14
                c> . 1:6(5) ack 1 "Hello"
                >c . 1:1(0) ack 14 <sack 1:6>
                at 60s
                nothing
                """);
  }
}
