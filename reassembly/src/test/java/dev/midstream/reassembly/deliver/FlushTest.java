package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FlushTest {

  @Test
  @DisplayName("HDP-7 what an agent needed ends with the octets that pass after the hold time")
  void forgetsTheNeedOfPassedOctets() {
    TestEngine.inline(
            LambdaAgent.onClient(
                    (view, out) -> {
                      if (SimpleAgents.text(view).startsWith("H")) {
                        out.need(8);
                      } else {
                        SimpleAgents.pass(view, out);
                      }
                    })
                .withFlush())
        .open(
            """
            c> . 1:5(4) ack 1 "Hell"
            at 0.1s
            >c . 1:1(0) ack 5
            at 1.1s
            >s . 1:5(4) ack 1 "Hell"
            c> . 5:7(2) ack 1 "lo"
            >s . 5:7(2) ack 1 "lo"
            """);
  }

  @Test
  @DisplayName("HDP-7 what an agent that decided all in a flush needs then holds")
  void keepsTheNeedOfLaterOctets() {
    List<String> views = new ArrayList<>();
    TestEngine.inline(
            LambdaAgent.onClient(
                    (view, out) -> {
                      if (view.flush() || view.length() >= 4) {
                        SimpleAgents.pass(view, out);
                      }
                      out.need(4);
                    })
                .recording(views)
                .withFlush())
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            at 0.1s
            >c . 1:1(0) ack 3
            at 1s
            >s . 1:3(2) ack 1 "ab"
            c> . 3:4(1) ack 1 "c"
            c> . 4:7(3) ack 1 "def"
            >s . 3:7(4) ack 1 "cdef"
            """);
    assertThat(views).containsExactly("ab", "ab", "cdef");
  }
}
