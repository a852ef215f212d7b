package dev.midstream.reassembly.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.StateCodec;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TermsTableTest {
  /** Passes all octets, and notes what it is asked. */
  private record AskedAgent(List<String> asked) implements Agent<Integer> {
    @Override
    public Integer newConnection() {
      return 0;
    }

    @Override
    public Integer onOctets(Integer state, Direction direction, OctetView view, Decisions out) {
      SimpleAgents.pass(view, out);
      return state;
    }

    @Override
    public int maxHold() {
      asked.add("hold");
      return 1;
    }

    @Override
    public boolean denies() {
      asked.add("denies");
      return false;
    }

    @Override
    public boolean keepsLengths() {
      asked.add("lengths");
      return true;
    }

    @Override
    public StateCodec<Integer> codec() {
      return StateCodec.stateless(0);
    }
  }

  @Test
  @DisplayName(
      "C-74 an agent is asked for its terms when the engine is made, and never by a packet")
  void asksAgentsOnce() {
    List<String> asked = new ArrayList<>();
    Engine engine = TestEngine.inline(new AskedAgent(asked)).engine();
    assertThat(asked).containsExactlyInAnyOrder("hold", "denies", "lengths");
    asked.clear();
    for (int port = 1; port <= 2; port++) {
      Scripts.of(engine)
          .between(Ends.IPV4.withPorts(port, 80))
          .run(TestEngine.OPEN + "c> P. 1:6(5) ack 1 \"Hello\"\n>s same\n");
    }
    assertThat(asked).isEmpty();
  }
}
