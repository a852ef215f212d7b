package dev.midstream.testkit.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AgentFuzzTest {
  private static void play(Agent<?> agent, String input) {
    AgentFuzz.play(agent, input.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void passesGoodAgents() {
    play(LineAgents.denying("D", "no\n"), "A\nD\nrest\u00ffok\n\u00ffmore");
    play(LineAgents.passing().maxHold(4), "too long for it\n");
    play(SimpleAgents.replacing("cat", "mouse"), "");
  }

  @Test
  void turnsAtEachOctetOf255() {
    Set<String> views = new TreeSet<>();
    LambdaAgent agent =
        LambdaAgent.by((direction, view, out) -> {
          if (view.endOfStream()) {
            views.add(direction + " " + SimpleAgents.text(view));
            SimpleAgents.pass(view, out);
          }
        });
    play(agent, "one \u00fftwo \u00ffthree\u00ff\u00ff");
    assertThat(views).containsExactly("CLIENT_TO_SERVER one three\u00ff", "SERVER_TO_CLIENT two ");
  }

  @Test
  void findsAgentThatThrows() {
    LambdaAgent throwing =
        LambdaAgent.by((direction, view, out) -> {
          if (SimpleAgents.text(view).contains("!")) {
            throw new IllegalStateException("cannot");
          }
          SimpleAgents.pass(view, out);
        });
    play(throwing, "fine");
    assertThatThrownBy(() -> play(throwing, "not fine!"))
        .isInstanceOf(AssertionError.class)
        .hasMessage("whole: onOctets threw java.lang.IllegalStateException: cannot");
  }

  @Test
  void findsAgentThatDependsOnCuts() {
    LambdaAgent cutting =
        LambdaAgent.by((direction, view, out) -> {
          if (view.length() > 0) {
            out.replace(view.length(), Octets.ofText("x"));
          }
        });
    play(cutting, "a");
    assertThatThrownBy(() -> play(cutting, "ab"))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("octet by octet: the server got something else at octet 1:");
  }
}
