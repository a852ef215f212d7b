package dev.midstream.testkit.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import dev.midstream.agent.exchange.Pending;
import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Scripts on a connection that is only monitored. */
class MonitoredTest {
  private static final Octets DENIAL = Octets.ofText("no\n");

  @Test
  @DisplayName("an agent that pairs answers with requests also when denied ones are answered")
  void playsTheMonitoredTwin() {
    Outcome outcome = script(new PairingAgent(true)).play();
    assertThat(outcome.reports()).containsExactly("A gets 2a", "B gets 2b");
  }

  @Test
  @DisplayName("an agent that counts on its denials is off by one where they do not happen")
  void findsAgentThatCountsOnItsDenials() {
    AgentPlaybook playbook = script(new PairingAgent(false));
    assertThatThrownBy(playbook::play)
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            monitored: report 2 differs:
              expected "B gets 2b"
              but got  "B gets 5d"\
            """);
  }

  @Test
  @DisplayName("edits, drops and resets do not happen on a monitored connection")
  void carriesNothingOut() {
    LambdaAgent agent =
        LambdaAgent.onClient((view, out) -> {
          for (int i = 0; i < view.length(); i++) {
            switch (view.at(i)) {
              case 'e' -> out.replace(1, Octets.ofText("edit"));
              case 'd' -> {
                out.drop(3);
                return;
              }
              case 'r' -> {
                out.reset("an r");
                return;
              }
              default -> out.pass(1);
            }
          }
        });
    AgentPlaybook playbook =
        new AgentPlaybook(agent)
            .clientSends("ae")
            .clientSends("d12")
            .clientSends("brc")
            .serverGets("aeditb");
    Outcome enforced = playbook.play();
    Outcome monitored = playbook.monitored().play();
    assertThat(enforced.clientToServer()).isEqualTo(Octets.ofText("aeditb"));
    assertThat(monitored.clientToServer()).isEqualTo(Octets.ofText("aed12brc"));
    assertThat(monitored.ending()).isEqualTo(enforced.ending()).isEqualTo("reset: an r");
  }

  private static AgentPlaybook script(Agent<?> agent) {
    return new AgentPlaybook(agent)
        .clientSends("A\nD\nB\n")
        .serverHasGot("A\nB\n")
        .serverSends("2a\n")
        .serverSendsWhenMonitored("5d\n")
        .serverSends("2b\n")
        .clientGets("2a\nno\n2b\n");
  }

  /** Denies lines with D and reports which request each answer belongs to. */
  private record PairingAgent(boolean looksAtOpening) implements Agent<Pending<String>> {
    private static final int MOST = 10;

    @Override
    public Pending<String> newConnection() {
      return Pending.none(MOST, MOST, true);
    }

    @Override
    public Pending<String> newConnection(Opening opening) {
      return Pending.none(MOST, MOST, opening.isEnforced() || !looksAtOpening);
    }

    @Override
    public Pending<String> onOctets(
        Pending<String> state, Direction direction, OctetView view, Decisions out) {
      Pending<String> now = state;
      String text = SimpleAgents.text(view);
      for (int at = 0, end; (end = text.indexOf('\n', at) + 1) > 0; at = end) {
        String line = text.substring(at, end - 1);
        now =
            direction == Direction.CLIENT_TO_SERVER
                ? request(now, line, out)
                : answer(now, line, out);
      }
      return now;
    }

    private static Pending<String> request(Pending<String> due, String line, Decisions out) {
      if (line.equals("D")) {
        out.replace(2, Octets.empty());
        return due.deny(line, DENIAL, out);
      }
      out.pass(2);
      return due.pass(line);
    }

    private static Pending<String> answer(Pending<String> due, String line, Decisions out) {
      out.pass(line.length() + 1);
      String request = due.next();
      if (!"D".equals(request)) {
        out.report(request + " gets " + line);
      }
      return request == null ? due : due.answer(out);
    }

    @Override
    public int maxHold() {
      return MOST;
    }

    @Override
    public StateCodec<Pending<String>> codec() {
      return new StateCodec<>() {
        @Override
        public int version() {
          return 1;
        }

        @Override
        public byte[] encode(Pending<String> state) {
          StateWriter out = new StateWriter();
          state.write(out, StateWriter::text);
          return out.toArray();
        }

        @Override
        public Pending<String> decode(int version, byte[] octets) {
          return Pending.read(new StateReader(octets), MOST, MOST, in -> in.text(MOST));
        }
      };
    }
  }
}
