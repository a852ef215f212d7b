package dev.midstream.testkit.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.agent.EndingAgents;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Directions that an agent ends in a playbook. */
final class PlayedEndTest {
  @Test
  @DisplayName("H-54 plays a finish: what follows is deleted unseen, and no reply applies")
  void playsAFinish() {
    LambdaAgent agent =
        LambdaAgent.by((direction, view, out) -> {
          if (direction == Direction.SERVER_TO_CLIENT) {
            out.reply(Direction.CLIENT_TO_SERVER, Octets.ofText("!"));
            SimpleAgents.pass(view, out);
          } else if (view.length() > 0) {
            out.pass(1);
            out.finish(direction);
          }
        });
    Outcome outcome =
        new AgentPlaybook(agent)
            .clientSends("abcde")
            .clientEnds()
            .serverSends("x")
            .serverGets("a")
            .clientGets("x")
            .play();
    assertThat(outcome.reports()).containsExactly("finish: CLIENT_TO_SERVER");
  }

  @Test
  @DisplayName("H-55 plays an abort: replies stand, and no agent is called again")
  void playsAnAbort() {
    Outcome outcome =
        new AgentPlaybook(EndingAgents.aborting())
            .serverSends("220 ")
            .clientSends("abc")
            .serverSends("late")
            .serverGets("")
            .clientGets("220 no")
            .play();
    assertThat(outcome.ending()).isEqualTo("abort: CLIENT_TO_SERVER: denied");
  }

  @Test
  @DisplayName("another protocol ends in a reset if the agent denies, and goes on otherwise")
  void endsAnotherProtocolAsTheEngine() {
    LambdaAgent agent = EndingAgents.leaving();
    Outcome left = script(agent).serverGets("abPRI c").play();
    Outcome reset = script(agent.denying()).serverGets("ab").play();
    assertThat(left.ending()).isEqualTo("not mine: PRI");
    assertThat(reset.ending()).isEqualTo("not mine: PRI");
  }

  private static AgentPlaybook script(LambdaAgent agent) {
    return new AgentPlaybook(agent).clientSends("ab").clientSends("PRI c");
  }
}
