package dev.midstream.testkit.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an agent is told of the connection that a playbook plays. */
final class PlayedOpeningTest {
  @Test
  void tellsTheOpeningOfTheScript() {
    Endpoint client = new Endpoint(Octets.of((byte) 10, (byte) 0, (byte) 0, (byte) 1), 5);
    Endpoint server = new Endpoint(Octets.of((byte) 10, (byte) 0, (byte) 0, (byte) 2), 21);
    new AgentPlaybook(new PortAgent())
        .opening(Opening.of(client, server))
        .clientSends("ab")
        .serverGets("21 21 ")
        .play();
  }

  @Test
  void tellsAnOpeningWithoutOne() {
    new AgentPlaybook(new PortAgent()).clientSends("a").serverGets("80 ").play();
  }

  @Test
  @DisplayName("only edits of equal length apply to a connection that was picked up")
  void carriesOutEqualEditsOfAPickedUpConnection() {
    LambdaAgent agent =
        LambdaAgent.onClient((view, out) -> {
          for (int i = 0; i < view.length(); i++) {
            switch (view.at(i)) {
              case 'e' -> out.replace(1, Octets.ofText("E"));
              case 'l' -> out.replace(1, Octets.ofText("long"));
              case 'r' -> {
                out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("no"));
                out.pass(1);
              }
              case 'f' -> {
                out.finish(Direction.CLIENT_TO_SERVER);
                out.pass(1);
              }
              case 'a' -> {
                out.abort(Direction.CLIENT_TO_SERVER, "denied");
                out.pass(1);
              }
              case 'd' -> {
                out.drop(3);
                return;
              }
              default -> out.pass(1);
            }
          }
        });
    Outcome outcome =
        new AgentPlaybook(agent)
            .opening(pickedUp())
            .clientSends("elrfa")
            .clientSends("d12e")
            .serverSends("x")
            .serverGets("Elrfad12E")
            .clientGets("x")
            .play();
    assertThat(outcome.ending()).isEmpty();
    assertThat(outcome.reports()).isEmpty();
  }

  @Test
  @DisplayName("an agent that denies is never asked about a connection that was picked up")
  void refusesAPickedUpConnectionOfAnAgentThatDenies() {
    AgentPlaybook playbook = new AgentPlaybook(LambdaAgent.onClient(SimpleAgents::pass).denying());
    Opening opening = pickedUp();
    assertThatThrownBy(() -> playbook.opening(opening))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a connection of an agent that denies is never picked up");
  }

  private static Opening pickedUp() {
    Opening any = AgentPlaybook.ANY_OPENING;
    return new Opening(
        any.client(),
        any.server(),
        any.clientAtServer(),
        any.serverAtServer(),
        Opening.Start.PICKED_UP,
        true,
        Octets.empty());
  }

  /** Replaces each octet by the port of the server. */
  private record PortAgent() implements Agent<Integer> {
    @Override
    public Integer newConnection() {
      return 0;
    }

    @Override
    public Integer newConnection(Opening opening) {
      return opening.server().port();
    }

    @Override
    public Integer onOctets(Integer port, Direction direction, OctetView view, Decisions out) {
      for (int i = 0; i < view.length(); i++) {
        out.replace(1, Octets.ofText(port + " "));
      }
      return port;
    }

    @Override
    public StateCodec<Integer> codec() {
      return new CountingAgent((count, direction, view, out) -> count).codec();
    }
  }
}
