package dev.midstream.testkit.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.AgentReason.Consequence;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Agents that count reasons, and say whether they deny. */
class DenialsTest {
  private static final String FORGOTTEN =
      "whole: counts a denial (seen) but denies() is false:"
          + " what it denies would pass after a failure";

  private static AgentReason seen(Consequence consequence) {
    return new AgentReason("seen", "a D is seen", consequence);
  }

  /** Counts each D of the client. */
  private static LambdaAgent counting(AgentReason reason) {
    return LambdaAgent.onClient((view, out) -> {
      for (int i = 0; i < view.length(); i++) {
        if (view.at(i) == 'D') {
          out.count(reason, "");
        }
      }
      SimpleAgents.pass(view, out);
    });
  }

  private static AgentPlaybook script(LambdaAgent agent, AgentReason reason) {
    return new AgentPlaybook(agent).declaring(List.of(reason)).clientSends("aD");
  }

  private static void fuzz(LambdaAgent agent, AgentReason reason, String input) {
    AgentFuzz.play(agent, List.of(reason), input.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  @DisplayName("an agent that counts a denial and forgets to say that it denies")
  void findsForgottenDenies() {
    AgentReason denied = seen(Consequence.DENIED);
    AgentPlaybook playbook = script(counting(denied), denied);
    assertThatThrownBy(playbook::play).isInstanceOf(AssertionError.class).hasMessage(FORGOTTEN);
    fuzz(counting(denied), denied, "no such octet");
    assertThatThrownBy(() -> fuzz(counting(denied), denied, "aD"))
        .isInstanceOf(AssertionError.class)
        .hasMessage(FORGOTTEN);
  }

  @Test
  @DisplayName("C-20 fuzzing names a reason that is not declared, and where to declare it")
  void findsUndeclaredReasons() {
    AgentReason limit = seen(Consequence.LIMIT);
    assertThatThrownBy(() -> fuzz(counting(seen(Consequence.EDITED)), limit, "aD"))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "whole: the agent counts a reason that was not declared, code=seen;"
                + " give the provider's reasons to AgentPlaybook.declaring or AgentFuzz.play");
  }

  @Test
  void passesAgentsThatSaySo() {
    AgentReason denied = seen(Consequence.DENIED);
    Outcome outcome = script(counting(denied).denying(), denied).play();
    assertThat(outcome.reports()).containsExactly("seen: ");
    fuzz(counting(denied).denying(), denied, "aD");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DENIED")
  void asksNothingOfAgentsThatCountNoDenial(Consequence consequence) {
    AgentReason reason = seen(consequence);
    script(counting(reason), reason).play();
    fuzz(counting(reason), reason, "aD");
  }
}
