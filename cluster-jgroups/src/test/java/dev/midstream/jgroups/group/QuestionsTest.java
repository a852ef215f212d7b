package dev.midstream.jgroups.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.jgroups.carrier.Recorder;
import dev.midstream.jgroups.gate.PeerProbe.Finding;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Questions that are answered in the thread of the test, by findings that it has prepared. */
class QuestionsTest {
  private static final NodeAddress ADDRESS = NodeAddress.ofIpv4(0x0a09_0001, 7800);
  private static final NodeId LIFE = new NodeId(ADDRESS, new UUID(0, 1));
  private static final Finding BROKEN = new Finding.Broken("reset", true);
  private static final Finding SILENT = new Finding.Silent("no greeting", true);
  private static final Finding ALIVE = new Finding.Life(LIFE);
  private static final Finding REFUSED = new Finding.Refused();

  private final Deque<Finding> findings = new ArrayDeque<>();
  private final Recorder heard = new Recorder();
  private final Questions questions =
      new Questions(address -> answer(), new RecentAnswers(1_000_000_000), heard, Runnable::run);
  private final List<String> said = new ArrayList<>();
  private Runnable meanwhile = () -> {};

  /** The next finding; before it is told, {@link #meanwhile} happens once. */
  private Finding answer() {
    Runnable now = meanwhile;
    meanwhile = () -> {};
    now.run();
    return findings.removeFirst();
  }

  private void ask(String name) {
    questions.ask(LIFE, () -> said.add(name + " gone"), () -> said.add(name + " alive"));
  }

  private void prepare(Finding... next) {
    findings.addAll(Arrays.asList(next));
  }

  @Test
  @DisplayName("a connection that breaks is made again, for the port of a dying process ends last")
  void asksAgain() {
    prepare(BROKEN, BROKEN, BROKEN, BROKEN, BROKEN, REFUSED);
    questions.ask(LIFE);
    assertThat(findings).isEmpty();
    assertThat(heard.dead()).containsExactly(LIFE);
  }

  @Test
  @DisplayName("six connections that break prove nothing, and the next question is asked")
  void provesByRefusalOnly() {
    prepare(BROKEN, BROKEN, BROKEN, BROKEN, BROKEN, BROKEN, REFUSED);
    questions.ask(LIFE);
    assertThat(findings).containsExactly(REFUSED);
    assertThat(heard.calls()).isZero();
    questions.ask(LIFE);
    assertThat(heard.dead()).containsExactly(LIFE);
  }

  @Test
  @DisplayName("a port that is silent is not asked again at once")
  void waitsOnce() {
    prepare(SILENT, REFUSED);
    questions.ask(LIFE);
    assertThat(findings).containsExactly(REFUSED);
    assertThat(heard.calls()).isZero();
  }

  @Test
  @DisplayName("a suspicion that comes while a life is asked is not settled by that answer")
  void asksAgainForASuspicion() {
    prepare(ALIVE, REFUSED);
    meanwhile =
        () -> {
          questions.suspect(LIFE);
          ask("second");
        };
    ask("first");
    assertThat(findings).isEmpty();
    assertThat(heard.dead()).containsExactly(LIFE);
    assertThat(said).containsExactly("first gone", "second gone");
  }

  @Test
  @DisplayName("what is asked while a life is asked gets the same answer")
  void answersBoth() {
    prepare(ALIVE);
    meanwhile = () -> ask("second");
    ask("first");
    assertThat(said).containsExactly("first alive", "second alive");
    assertThat(heard.answered()).containsExactly(ADDRESS);
  }

  @Test
  @DisplayName("a death that is proved meanwhile settles a suspicion")
  void believesAProof() {
    prepare(REFUSED);
    meanwhile =
        () -> {
          questions.suspect(LIFE);
          ask("second");
        };
    ask("first");
    assertThat(said).containsExactly("first gone", "second gone");
    assertThat(heard.dead()).containsExactly(LIFE);
  }

  @Test
  @DisplayName("a life that has answered lately is asked again only if there is a reason")
  void restsAfterAnAnswer() {
    prepare(ALIVE, REFUSED);
    questions.ask(LIFE);
    questions.ask(LIFE);
    assertThat(findings).containsExactly(REFUSED);
    assertThat(heard.answered()).containsExactly(ADDRESS, ADDRESS);

    ask("suspicious");
    assertThat(said).containsExactly("suspicious gone");
  }

  @Test
  @DisplayName("a question for which there is no thread is over, and the next one is asked")
  void asksAgainWithoutAThread() {
    Deque<RuntimeException> failures = new ArrayDeque<>();
    failures.add(new IllegalStateException("no thread"));
    Questions own =
        new Questions(
            address -> answer(),
            new RecentAnswers(1_000_000_000),
            heard,
            task -> {
              if (!failures.isEmpty()) {
                throw failures.remove();
              }
              task.run();
            });
    prepare(REFUSED);
    assertThatThrownBy(() -> own.ask(LIFE)).hasMessage("no thread");
    own.ask(LIFE);
    assertThat(heard.dead()).containsExactly(LIFE);
  }
}
