package dev.midstream.testkit.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class AgentPlaybookTest {
  private static final Octets BANG = Octets.ofText("!");

  @Test
  void returnsStreamsOfBothDirections() {
    Outcome outcome =
        playbook((count, direction, view, out) -> passAll(count, view, out))
            .clientSends("abc")
            .serverSends("de")
            .clientEnds()
            .serverGets("abc")
            .clientGets("de")
            .play();

    assertThat(outcome).isEqualTo(new Outcome(text("abc"), text("de"), "", List.of()));
  }

  @Test
  @DisplayName("C-14 shows undecided octets again with those that follow")
  void showsUndecidedOctetsAgain() {
    playbook(AgentPlaybookTest::shoutLines)
        .clientSends("one\ntwo\nthr")
        .serverGets("one!two!")
        .play();
    playbook(AgentPlaybookTest::shoutLines)
        .clientSends("one\ntwo\nthr")
        .clientEnds()
        .serverGets("one!two!thr")
        .play();
  }

  @Test
  @DisplayName("C-6 calls the agent when the last skipped octet has left")
  void callsAtTheEndOfASpan() {
    playbook(
            (count, direction, view, out) -> {
              if (count == 0 && view.length() > 0) {
                out.skip(3);
                return 1;
              }
              if (count == 1) {
                out.replace(0, BANG);
              }
              return passAll(count, view, out) + 1;
            })
        .clientSends("abc")
        .serverGets("abc!")
        .play();
  }

  @Test
  @DisplayName("H-53 plays a drop: its octets are deleted unseen, and the agent is called after it")
  void playsADrop() {
    playbook(
            (count, direction, view, out) -> {
              if (count == 0 && view.length() > 0) {
                out.drop(3);
                return 1;
              }
              if (count == 1) {
                out.replace(0, BANG);
              }
              return passAll(count, view, out) + 1;
            })
        .clientSends("abcde")
        .serverGets("!de")
        .play();
  }

  @Test
  void passesUndecidedOctetsAfterSilence() {
    CountingAgent agent =
        new CountingAgent(
            (count, direction, view, out) -> {
              if (view.flush() && view.length() > 1) {
                out.replace(1, BANG);
              }
              return count;
            },
            true);
    new AgentPlaybook(agent)
        .mayPassInSilence()
        .clientSends("abc")
        .silence(Direction.CLIENT_TO_SERVER)
        .serverGets("!bc")
        .play();
  }

  @Test
  void callsAgentOnlyWithOctetsItNeeds() {
    playbook(
            (count, direction, view, out) -> {
              if (view.length() < 4 && !view.endOfStream()) {
                out.need(4);
                return count;
              }
              out.replace(view.length(), text("" + (char) ('0' + view.length())));
              return count;
            })
        .clientSends("abcd")
        .clientSends("ef")
        .clientEnds()
        .serverGets("42")
        .play();
  }

  @Test
  void passesSkippedOctetsUnseen() {
    playbook(
            (count, direction, view, out) -> {
              for (int at = 0; at < view.length(); at += 4) {
                out.replace(1, BANG);
                out.skip(3);
              }
              return count;
            })
        .clientSends("abcdefghi")
        .serverGets("!bcd!fgh!")
        .play();
  }

  @Test
  void showsNothingAfterSkipRestDetachAndNotMine() {
    assertThat(endWith(Decisions::skipRest).ending()).isEmpty();
    assertThat(endWith(Decisions::detach).ending()).isEqualTo("detach");
    assertThat(endWith(out -> out.notMine("no greeting")).ending())
        .isEqualTo("not mine: no greeting");
  }

  @Test
  void deliversNothingAfterReset() {
    Outcome outcome =
        playbook(
                (count, direction, view, out) -> {
                  for (int at = 0; at < view.length(); at++) {
                    if (view.at(at) == 'x') {
                      out.reset("refused");
                      return count;
                    }
                    out.pass(1);
                  }
                  return count;
                })
            .clientSends("abx")
            .clientSends("def")
            .clientEnds()
            .serverGets("ab")
            .play();
    assertThat(outcome.ending()).isEqualTo("reset: refused");
  }

  @Test
  void keepsOrderOfRepliesAndReports() {
    Outcome outcome =
        playbook(
                (count, direction, view, out) -> {
                  for (int i = 0; i < view.length(); i++) {
                    out.replace(1, Octets.empty());
                    out.reply(direction.opposite(), Octets.of(view.at(i)));
                    out.report("echo");
                  }
                  return count;
                })
            .clientSends("ab")
            .serverGets("")
            .clientGets("ab")
            .play();
    assertThat(outcome.reports()).containsExactly("echo", "echo");
  }

  @Test
  @DisplayName("C-20 reports what is counted, and fails on a reason that is not declared")
  void reportsDeclaredReasons() {
    AgentReason odd = new AgentReason("odd", "an odd octet", AgentReason.Consequence.LEFT_ALONE);
    AgentPlaybook counting =
        playbook(
                (count, direction, view, out) -> {
                  for (int i = 0; i < view.length(); i++) {
                    out.pass(1);
                    out.count(odd, "here");
                  }
                  return count;
                })
            .clientSends("ab")
            .serverGets("ab");
    assertThat(counting.declaring(List.of(odd)).play().reports())
        .containsExactly("odd: here", "odd: here");
    assertThatThrownBy(() -> counting.declaring(List.of()).play())
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "whole: the agent counts a reason that was not declared, code=odd;"
                + " give the provider's reasons to AgentPlaybook.declaring or AgentFuzz.play");
  }

  @Test
  void callsOtherDirectionWhenStateChanged() {
    playbook(
            (count, direction, view, out) -> {
              if (direction == Direction.SERVER_TO_CLIENT && count == 0) {
                return count;
              }
              out.pass(view.length());
              return direction == Direction.CLIENT_TO_SERVER ? 1 : count;
            })
        .serverSends("held")
        .clientSends("go")
        .serverGets("go")
        .clientGets("held")
        .play();
  }

  @Test
  @DisplayName("C-16 finds an agent whose decisions depend on the cuts")
  void findsAgentThatDependsOnCuts() {
    AgentPlaybook playbook =
        playbook(
                (count, direction, view, out) -> {
                  out.pass(view.length());
                  out.replace(0, BANG);
                  return count;
                })
            .clientSends("ab")
            .serverGets("ab!");
    assertFails(
        playbook,
        """
        octet by octet: the server got something else at octet 1:
          expected "ab!"
          but got  "a!b!"
                     ^\
        """);
  }

  @Test
  void findsAgentThatFailsForOneCut() {
    AgentPlaybook playbook =
        playbook(
                (count, direction, view, out) -> {
                  boolean isUnlucky = view.start() == 2 && view.length() == 3;
                  out.replace(view.length(), isUnlucky ? BANG : view(view));
                  return count;
                })
            .clientSends("abcde")
            .serverGets("abcde");
    assertFails(playbook, "cut before octet 2: the server got something else at octet 2:");
  }

  @Test
  void findsUnexpectedOutcome() {
    assertFails(
        playbook(AgentPlaybookTest::shoutLines).clientSends("a\n").serverGets("a"),
        """
        whole: the server got something else at octet 1:
          expected "a"
          but got  "a!"
                     ^\
        """);
  }

  @Test
  @DisplayName("C-63 finds an agent that leaves more than maxHold undecided")
  void findsAgentThatHoldsTooMuch() {
    assertFails(
        playbook((count, direction, view, out) -> count).clientSends("x".repeat(17)),
        "whole: the agent leaves 17 octets undecided, or needs them, but may hold 16");
    playbook((count, direction, view, out) -> count).clientSends("x".repeat(16)).play();
  }

  @Test
  @DisplayName("C-21 finds invalid answers")
  void findsInvalidAnswers() {
    assertFails(
        playbook(
                (count, direction, view, out) -> {
                  out.pass(view.length() + 1);
                  return count;
                })
            .clientSends("a"),
        "whole: refused: pass of octets that were not shown");
  }

  @Test
  void findsUndecidedOctetsAtEndOfStream() {
    assertFails(
        playbook((count, direction, view, out) -> count).clientSends("abc").clientEnds(),
        "whole: octets are undecided at the end of stream, octets=\"abc\"");
  }

  @Test
  void findsStateChangedByCodec() {
    assertFails(
        playbook(
                (count, direction, view, out) -> {
                  passAll(count, view, out);
                  return 1_000;
                })
            .clientSends("a"),
        """
        whole: the codec changes the state:
          written  "1000"
          but read "232"
                    ^\
        """);
  }

  @Test
  void reportsSeedOfFailedRandomCuts() {
    AgentPlaybook playbook =
        playbook(
                (count, direction, view, out) -> {
                  boolean isUnlucky = view.start() == 2 && view.length() == 2;
                  out.replace(view.length(), isUnlucky ? BANG : view(view));
                  return count;
                })
            .clientSends("abcdef")
            .seed(7);
    assertThatThrownBy(playbook::play)
        .isInstanceOf(AssertionError.class)
        .hasMessageMatching("(?s)random cuts, replay with seed\\(\\d+\\): .*");
  }

  private static Outcome endWith(Consumer<Decisions> answer) {
    return playbook(
            (count, direction, view, out) -> {
              if (view.length() > 0) {
                out.replace(1, BANG);
                answer.accept(out);
              }
              return count;
            })
        .clientSends("abc")
        .clientEnds()
        .serverGets("!bc")
        .play();
  }

  /** Replaces each line feed by an exclamation mark. */
  private static int shoutLines(int count, Direction direction, OctetView view, Decisions out) {
    int decided = 0;
    for (int at = 0; at < view.length(); at++) {
      if (view.at(at) == '\n') {
        if (at > decided) {
          out.pass(at - decided);
        }
        out.replace(1, BANG);
        decided = at + 1;
      }
    }
    if (view.endOfStream() && decided < view.length()) {
      out.pass(view.length() - decided);
    }
    return count;
  }

  private static int passAll(int count, OctetView view, Decisions out) {
    if (view.length() > 0) {
      out.pass(view.length());
    }
    return count;
  }

  private static AgentPlaybook playbook(CountingAgent.Body body) {
    return new AgentPlaybook(new CountingAgent(body));
  }

  private static void assertFails(AgentPlaybook playbook, String message) {
    assertThatThrownBy(playbook::play)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(message);
  }

  private static Octets view(OctetView view) {
    return Octets.of(view.copy(0, view.length()));
  }

  private static Octets text(String text) {
    return Octets.ofText(text);
  }
}
