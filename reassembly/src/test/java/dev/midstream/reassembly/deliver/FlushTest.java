package dev.midstream.reassembly.deliver;

import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FlushTest {

  @Test
  @DisplayName("HDP-7 what an agent needed ends with the octets that pass after the hold time")
  void forgetsTheNeedOfPassedOctets() {
    TestEngine.inline(
            LambdaAgent.onClient((view, out) -> {
              if (SimpleAgents.text(view).startsWith("H")) {
                out.need(8);
              } else {
                SimpleAgents.pass(view, out);
              }
            }))
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
}
