package dev.midstream.testkit.playbook;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
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
