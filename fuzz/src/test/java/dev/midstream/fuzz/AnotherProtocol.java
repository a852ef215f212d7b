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
   * Plays the first half of {@code input} in the direction {@code first}, and then the rest in the
   * other one.
   *
   * @throws AssertionError if the protocol is another one, and an end receives anything else
   */
  static void play(Agent<?> agent, Direction first, byte[] input) {
    int half = input.length / 2;
    Octets said = Octets.of(Arrays.copyOf(input, half));
    Octets answered = Octets.of(Arrays.copyOfRange(input, half, input.length));
    Outcome outcome =
        new AgentPlaybook(new LenientAgent<>(agent))
            .sends(first, said)
            .sends(first.opposite(), answered)
            .clientEnds()
            .serverEnds()
            .playWhole();
    if (outcome.ending().startsWith("not mine: ")) {
      boolean isClientFirst = first == Direction.CLIENT_TO_SERVER;
      assertThat(outcome.clientToServer()).isEqualTo(isClientFirst ? said : answered);
      assertThat(outcome.serverToClient()).isEqualTo(isClientFirst ? answered : said);
    }
  }
}
