package dev.midstream.testkit.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.StateCodec;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each kind of bad agent is found, and the good one beside it is not. */
class BadAgentsTest {
  private static final Octets DENIED = Octets.ofText("no\n");

  /** Decides whole lines of both directions by {@code lines}. */
  private static LambdaAgent lines(LineRule lines) {
    return LambdaAgent.withState((state, direction, view, out) -> {
      String text = SimpleAgents.text(view);
      int now = state;
      for (int at = 0, end; (end = text.indexOf('\n', at) + 1) > 0; at = end) {
        now = lines.decide(now, direction, text.substring(at, end), out);
      }
      if (view.endOfStream() && !text.endsWith("\n") && !text.isEmpty()) {
        out.pass(text.length() - text.lastIndexOf('\n') - 1);
      }
      return now;
    });
  }

  /** Decides one line; returns the new state. */
  private interface LineRule {
    int decide(int state, Direction direction, String line, Decisions out);
  }

  private static LambdaAgent denying() {
    return lines((state, direction, line, out) -> {
      if (direction == Direction.CLIENT_TO_SERVER && line.startsWith("D")) {
        out.replace(line.length(), Octets.empty());
        out.reply(Direction.SERVER_TO_CLIENT, DENIED);
      } else {
        out.pass(line.length());
      }
      return state;
    });
  }

  private static AgentPlaybook startTls(LambdaAgent agent) {
    return new AgentPlaybook(agent).clientSends("D me\nOK\n").serverGets("OK\n");
  }

  @Test
  @DisplayName("an agent that lets silence end a hold: octets pass undecided")
  void findsOctetsThatPassInSilence() {
    startTls(denying()).play();
    assertFails(
        startTls(denying().withFlush()),
        "silence before octet 1: silence lets octets pass undecided at 0: \"D\"");
    startTls(denying().withFlush()).mayPassInSilence().play();
  }

  @Test
  @DisplayName("an agent that decides something else after silence")
  void findsOtherDecisionsAfterSilence() {
    LambdaAgent agent = SimpleAgents.replacing("cat", "mouse");
    assertFails(
        new AgentPlaybook(agent).clientSends("a cat").serverGets("a mouse"),
        """
        silence before octet 3: the server got something else at octet 2:
          expected "a mouse"
          but got  "a cat"
                      ^\
        """);
  }

  @Test
  @DisplayName("an agent that stalls: octets that are due reach their receiver only later")
  void findsAgentThatStalls() {
    LambdaAgent stalling =
        LambdaAgent.by((direction, view, out) -> {
          int end = SimpleAgents.text(view).lastIndexOf('\n');
          if (view.endOfStream()) {
            SimpleAgents.pass(view, out);
          } else if (end > 0) {
            out.pass(end);
          }
        });
    new AgentPlaybook(stalling).clientSends("A\nB\n").clientEnds().serverGets("A\nB\n").play();
    assertFails(
        new AgentPlaybook(stalling)
            .clientSends("A\n")
            .serverHasGot("A\n")
            .clientSends("B\n")
            .clientEnds()
            .serverGets("A\nB\n"),
        """
        whole: in mid-script the server got something else at octet 1:
          expected "A\\n"
          but got  "A"
                     ^\
        """);
  }

  @Test
  @DisplayName("an agent that counts undecided octets each time it is shown them")
  void findsAgentThatRemembersUndecidedOctets() {
    LambdaAgent counting =
        LambdaAgent.withState((state, direction, view, out) -> {
          boolean whole = SimpleAgents.text(view).endsWith("\n");
          if (whole && state == 0) {
            out.pass(view.length());
          } else if (whole) {
            out.replace(view.length(), Octets.ofText("seen before\n"));
          }
          return whole || view.length() == 0 ? 0 : 1;
        });
    assertFails(
        new AgentPlaybook(counting).clientSends("OK\n").serverGets("OK\n"),
        "octet by octet: the server got something else at octet 0:");
  }

  @Test
  @DisplayName("an agent that takes it for granted that a view is longer than the one before")
  void findsAgentThatReliesOnLongerViews() {
    LambdaAgent relying =
        LambdaAgent.withState((state, direction, view, out) -> {
          if (view.length() < state) {
            out.reset("shorter");
          } else if (SimpleAgents.text(view).endsWith("\n")) {
            out.pass(view.length());
            return 0;
          }
          return view.length();
        });
    assertFailsMatching(
        new AgentPlaybook(relying).clientSends("a long line\n").serverGets("a long line\n"),
        "(?s)\\w[^:]*moved: the server got something else at octet 0:.*");
  }

  /** Answers the second line of the client; equality does not see whether there was a first. */
  private record Forgetful(StateCodec<Memory> codec) implements Agent<Memory> {
    @Override
    public Memory newConnection() {
      return new Memory(0);
    }

    @Override
    public Memory onOctets(Memory state, Direction direction, OctetView view, Decisions out) {
      int lines = state.lines;
      String text = SimpleAgents.text(view);
      for (int at = 0, end; (end = text.indexOf('\n', at) + 1) > 0; at = end, lines++) {
        out.replace(end - at, Octets.ofText(lines + "\n"));
      }
      return new Memory(lines);
    }
  }

  /** A state whose equality is wrong. */
  private static final class Memory {
    private final int lines;

    Memory(int lines) {
      this.lines = lines;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Memory;
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }

  private static AgentPlaybook forgetful(boolean writes) {
    StateCodec<Memory> codec =
        new StateCodec<>() {
          @Override
          public int version() {
            return 1;
          }

          @Override
          public byte[] encode(Memory state) {
            return new byte[] {(byte) (writes ? state.lines : 0)};
          }

          @Override
          public Memory decode(int version, byte[] octets) {
            return new Memory(octets[0]);
          }
        };
    return new AgentPlaybook(new Forgetful(codec)).clientSends("A\nB\n").serverGets("0\n1\n");
  }

  @Test
  @DisplayName("an agent whose codec forgets what equality does not see")
  void findsAgentThatForgetsInItsCodec() {
    forgetful(true).play();
    assertFails(
        forgetful(false), "octet by octet, moved: the server got something else at octet 2:");
  }

  /** Octets that are written, and the version of a codec that reads any as 0. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Fixed(byte[] octets, int version) implements StateCodec<Integer> {
    @Override
    public byte[] encode(Integer state) {
      return octets;
    }

    @Override
    public Integer decode(int written, byte[] read) {
      return 0;
    }

    AgentPlaybook playbook() {
      return new AgentPlaybook(SimpleAgents.passing().withCodec(this))
          .clientSends("a")
          .serverGets("a");
    }
  }

  @Test
  @DisplayName("C-75 an agent whose state is too long, or whose codec has no version")
  void findsAgentWhoseStateIsRefused() {
    new Fixed(new byte[262_144], 1).playbook().play();
    assertFails(
        new Fixed(new byte[262_145], 1).playbook(),
        "whole: the state is too long, bytes=262145 limit=262144");
    assertFails(
        new Fixed(new byte[0], 0).playbook(),
        "whole: the version of the codec is below 1, version=0");
  }

  @Test
  @DisplayName("an agent that misses the last octets if the end of the stream comes with them")
  void findsAgentThatMissesOctetsAtTheEnd() {
    LambdaAgent missing =
        LambdaAgent.by((direction, view, out) -> {
          if (view.length() > 0) {
            out.replace(view.length(), Octets.ofText(view.endOfStream() ? "!" : "."));
          }
        });
    assertFails(
        new AgentPlaybook(missing).clientSends("a").clientEnds().serverGets("."),
        """
        whole, ends with octets: the server got something else at octet 0:
          expected "."
          but got  "!"
                    ^\
        """);
  }

  private static AgentPlaybook racing(LambdaAgent agent, String clientGets) {
    return new AgentPlaybook(agent)
        .race(race -> race.serverSends("200 ok\n").clientSends("D\n"))
        .serverGets("")
        .clientGets(clientGets);
  }

  @Test
  @DisplayName("an agent whose answer overtakes that of the server in a race")
  void findsAnswersWhoseOrderDependsOnARace() {
    assertFails(
        racing(denying(), "200 ok\nno\n"),
        """
        order of race 1, variant 1: the client got something else at octet 0:
          expected "200 ok\\nno\\n"
          but got  "no\\n200 ok\\n"
                    ^\
        """);
    LambdaAgent waiting =
        lines((state, direction, line, out) -> {
          boolean denied = line.startsWith("D");
          out.replace(denied ? line.length() : 0, denied ? Octets.empty() : DENIED);
          if (!denied) {
            out.pass(line.length());
          }
          return state;
        });
    racing(waiting, "no\n200 ok\n").play();
  }

  @Test
  @DisplayName("an agent that needs more is woken by the other direction, as in the engine")
  void wakesADirectionThatNeedsMore() {
    LambdaAgent gate =
        LambdaAgent.withState((state, direction, view, out) -> {
          if (direction == Direction.SERVER_TO_CLIENT && state == 0) {
            if (view.length() > 0) {
              out.need(view.length() + 100);
            }
            return state;
          }
          SimpleAgents.pass(view, out);
          return direction == Direction.CLIENT_TO_SERVER ? 1 : state;
        });
    new AgentPlaybook(gate)
        .serverSends("held")
        .clientHasGot("")
        .clientSends("go")
        .serverGets("go")
        .clientGets("held")
        .play();
  }

  @Test
  @DisplayName("two directions that wake each other without a decision end, and go on later")
  void endsMutualWaking() {
    LambdaAgent restless =
        LambdaAgent.withState(
                (state, direction, view, out) -> {
                  if (direction == Direction.CLIENT_TO_SERVER && view.length() > 1) {
                    SimpleAgents.pass(view, out);
                    return state;
                  }
                  return state + 1;
                })
            .maxHold(100);
    new AgentPlaybook(restless)
        .serverSends("s")
        .clientSends("c")
        .serverHasGot("")
        .clientSends("c")
        .serverGets("cc")
        .clientGets("")
        .play();
  }

  @Test
  @DisplayName("C-21 an agent that goes on after an invalid answer: the first mistake is named")
  void namesTheFirstMistake() {
    LambdaAgent going =
        LambdaAgent.by((direction, view, out) -> {
          out.pass(view.length() + 1);
          out.skipRest();
        });
    assertFails(
        new AgentPlaybook(going).clientSends("a"),
        "whole: refused: pass of octets that were not shown, count=2 undecided=1, direction=");
  }

  @Test
  @DisplayName("an agent that lets more wait than a rule allows")
  void refusesWhatExceedsTheHoldLimit() {
    Outcome outcome =
        new AgentPlaybook(denying())
            .refuses(4)
            .clientSends("A\n")
            .clientSends("B 345")
            .clientSends("\n")
            .serverGets("A\n")
            .play();
    assertThat(outcome.ending()).isEqualTo(Outcome.HOLD_LIMIT);
    assertFails(
        new AgentPlaybook(denying()).refuses(5).clientSends("A\nB 345\n").serverGets("A\n"),
        "whole: the server got something else at octet 2:");
    assertFails(
        new AgentPlaybook(denying()).refuses(5).clientSends("B 345"),
        "whole: refuses(5) expects that the agent leaves more than 5 octets undecided, or needs"
            + " more, but 5 were the most");
  }

  private static void assertFails(AgentPlaybook playbook, String message) {
    assertThatThrownBy(playbook::play)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(message);
  }

  private static void assertFailsMatching(AgentPlaybook playbook, String message) {
    assertThatThrownBy(playbook::play)
        .isInstanceOf(AssertionError.class)
        .hasMessageMatching(message);
  }
}
