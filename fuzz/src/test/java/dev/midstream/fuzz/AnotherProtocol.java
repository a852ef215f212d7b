package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.Outcome;
import java.util.Arrays;

/** What both ends receive once an agent has said that their protocol is not its own. */
final class AnotherProtocol {
  private AnotherProtocol() {}

  /**
   * Plays what a server says first, the first half of {@code input}, and then what its client says.
   *
   * @throws AssertionError if the protocol is another one, and an end receives anything else
   */
  static void play(Agent<?> agent, byte[] input) {
    int half = input.length / 2;
    Octets server = Octets.of(Arrays.copyOf(input, half));
    Octets client = Octets.of(Arrays.copyOfRange(input, half, input.length));
    Outcome outcome =
        new AgentPlaybook(new LenientAgent<>(agent))
            .sends(Direction.SERVER_TO_CLIENT, server)
            .sends(Direction.CLIENT_TO_SERVER, client)
            .clientEnds()
            .serverEnds()
            .playWhole();
    if (outcome.ending().startsWith("not mine: ")) {
      assertThat(outcome.clientToServer()).isEqualTo(client);
      assertThat(outcome.serverToClient()).isEqualTo(server);
    }
  }
}
