package dev.midstream.worlds.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.testkit.agent.EndingAgents;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.Outcome;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Scripts of agents through the engine, with lost packets. */
class EnginePlaybookTest {

  @Test
  @DisplayName("a script has the same outcome in the engine")
  void playsThroughTheEngine() {
    EnginePlaybook.play(
        new AgentPlaybook(LineAgents.denying("D", "no\n"))
            .serverSends("220 ready\n")
            .clientHasGot("220 ready\n")
            .clientSends("OK " + "x".repeat(300) + "\nD me\nOK\n")
            .serverHasGot("OK " + "x".repeat(300) + "\nOK\n")
            .race(race -> race.serverSends("200\n".repeat(100)).clientSends("Q\n"))
            .clientEnds()
            .serverEnds()
            .serverGets("OK " + "x".repeat(300) + "\nOK\nQ\n")
            .clientGets("220 ready\nno\n" + "200\n".repeat(100)));
  }

  @Test
  @DisplayName("a silence of a script is one of the hold time")
  void playsSilence() {
    EnginePlaybook.play(
        new AgentPlaybook(SimpleAgents.replacing("cat", "mouse"))
            .mayPassInSilence()
            .clientSends("a ca")
            .serverHasGot("a ")
            .silence(Direction.CLIENT_TO_SERVER)
            .serverHasGot("a ca")
            .clientSends("t cat")
            .serverGets("a cat mouse"));
  }

  @Test
  void comparesReportsAndEndings() {
    LambdaAgent agent =
        LambdaAgent.onClient((view, out) -> {
          for (int i = 0; i < view.length(); i++) {
            if (view.at(i) == 'x') {
              out.reset("no x");
              return;
            }
            out.report("octet");
            out.pass(1);
          }
        });
    Outcome outcome =
        EnginePlaybook.play(new AgentPlaybook(agent).clientSends("abx").serverGets("ab"));
    assertThat(outcome.ending()).isEqualTo("reset: no x");
    assertThat(outcome.reports()).hasSize(2);
  }

  @Test
  @DisplayName("H-54 a direction that is finished ends in the engine")
  void finishesADirection() {
    LambdaAgent agent =
        LambdaAgent.by((direction, view, out) -> {
          for (int i = 0; i < view.length(); i++) {
            out.pass(1);
            if (view.at(i) == 'X') {
              out.reply(direction.opposite(), Octets.ofText("no"));
              out.finish(direction.opposite());
            }
          }
        });
    Outcome outcome =
        EnginePlaybook.play(
            new AgentPlaybook(agent)
                .serverSends("220\n")
                .clientSends("aX")
                .clientSends("bc")
                .serverSends("late")
                .serverGets("aXbc")
                .clientGets("220\nno"));
    assertThat(outcome.reports()).containsExactly("finish: SERVER_TO_CLIENT");
  }

  @Test
  @DisplayName("H-55 one end is reset in the engine, and the other one gets the answer")
  void resetsOneEnd() {
    Outcome outcome =
        EnginePlaybook.play(
            new AgentPlaybook(EndingAgents.aborting())
                .serverSends("220 ")
                .clientSends("abc")
                .serverSends("late")
                .serverGets("")
                .clientGets("220 no"));
    assertThat(outcome.ending()).isEqualTo("abort: CLIENT_TO_SERVER: denied");
  }

  @Test
  @DisplayName("another protocol of an agent that denies is reset in the engine, too")
  void resetsAnotherProtocolIfTheAgentDenies() {
    LambdaAgent agent = EndingAgents.leaving();
    Outcome left =
        EnginePlaybook.play(
            new AgentPlaybook(agent).clientSends("ab").clientSends("PRI c").serverGets("abPRI c"));
    Outcome reset =
        EnginePlaybook.play(
            new AgentPlaybook(agent.denying())
                .clientSends("ab")
                .clientSends("PRI c")
                .serverGets("ab"));
    assertThat(left.ending()).isEqualTo("not mine: PRI");
    assertThat(reset.ending()).isEqualTo("not mine: PRI");
  }

  @Test
  @DisplayName("H-55 an agent that resets each end alone resets both, in a playbook too")
  void resetsBothWhenBothAreAborted() {
    LambdaAgent agent =
        LambdaAgent.onClient((view, out) -> {
          if (view.length() > 0) {
            out.abort(Direction.CLIENT_TO_SERVER, "denied");
            out.abort(Direction.SERVER_TO_CLIENT, "denied");
          }
        });
    Outcome outcome =
        EnginePlaybook.play(
            new AgentPlaybook(agent).clientSends("abc").serverGets("").clientGets(""));
    assertThat(outcome.ending()).isEqualTo("reset: denied");
  }

  @Test
  @DisplayName("H-55 a reset in the same call comes before an end of one direction")
  void resetsBeforeItAborts() {
    LambdaAgent agent =
        LambdaAgent.onClient((view, out) -> {
          if (view.length() > 0) {
            out.abort(Direction.CLIENT_TO_SERVER, "denied");
            out.reset("reset");
          }
        });
    Outcome outcome =
        EnginePlaybook.play(
            new AgentPlaybook(agent).clientSends("abc").serverGets("").clientGets(""));
    assertThat(outcome.ending()).isEqualTo("reset: reset");
  }

  @Test
  void refusesWhatExceedsTheHoldLimit() {
    Outcome outcome =
        EnginePlaybook.play(
            new AgentPlaybook(LineAgents.passing())
                .refuses(40)
                .clientSends("line\n" + "x".repeat(41))
                .serverGets("line\n"));
    assertThat(outcome.ending()).isEqualTo(Outcome.HOLD_LIMIT);
  }

  /** Puts as many dots before the client's octets as its context has octets. */
  private static LambdaAgent dotting() {
    return LambdaAgent.withState(
            (state, direction, view, out) -> {
              if (direction == Direction.CLIENT_TO_SERVER) {
                out.replace(0, Octets.ofText(".".repeat(state)));
              }
              SimpleAgents.pass(view, out);
              return 0;
            })
        .startingWith(opening -> opening.context().length() + (opening.isEnforced() ? 0 : 10));
  }

  private static Opening opening(Opening.Start start) {
    Endpoint client = Ends.IPV4.sender(Direction.CLIENT_TO_SERVER);
    Endpoint server = Ends.IPV4.sender(Direction.SERVER_TO_CLIENT);
    return new Opening(client, server, client, server, start, true, Octets.ofText("abc"));
  }

  @Test
  @DisplayName("in the engine, too, the agent is told of the connection what the script says")
  void tellsWhatTheScriptSays() {
    EnginePlaybook.play(
        new AgentPlaybook(dotting())
            .opening(opening(Opening.Start.WHOLE))
            .clientSends("x")
            .serverGets("...x"));
  }

  @Test
  @DisplayName("a picked-up connection is not played through the engine")
  void refusesPickedUpConnections() {
    AgentPlaybook playbook =
        new AgentPlaybook(SimpleAgents.passing()).opening(opening(Opening.Start.PICKED_UP));
    assertThatThrownBy(() -> EnginePlaybook.play(playbook))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("picked-up");
  }

  @Test
  @DisplayName("an agent that decides otherwise than in the playbook")
  void findsOtherDecisionsInTheEngine() {
    AtomicInteger connections = new AtomicInteger();
    AtomicInteger good = new AtomicInteger(Integer.MAX_VALUE);
    LambdaAgent agent =
        LambdaAgent.withState((state, direction, view, out) -> {
          connections.addAndGet(1 - state);
          if (connections.get() > good.get()) {
            out.replace(view.length(), Octets.empty());
          } else {
            out.pass(view.length());
          }
          return 1;
        });
    AgentPlaybook playbook = new AgentPlaybook(agent).clientSends("a").serverGets("a");
    playbook.play();
    good.set(2 * connections.get());
    assertThatThrownBy(() -> EnginePlaybook.play(playbook))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            engine with seed 0 and segments of 1460: the server got something else at octet 0:
              expected "a"
              but got  ""
                        ^\
            """);
  }
}
