package dev.midstream.jgroups.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Answers that count for 100 ns. */
class RecentAnswersTest {
  private static final NodeAddress ADDRESS = NodeAddress.ofIpv4(0x0a09_0001, 7800);
  private static final NodeId LIFE = new NodeId(ADDRESS, new UUID(0, 1));
  private static final NodeId NEXT_LIFE = new NodeId(ADDRESS, new UUID(0, 2));

  private final RecentAnswers answers = new RecentAnswers(100);

  @Test
  void knowsWhatHasAnsweredLately() {
    assertThat(answers.contains(LIFE, 0)).isFalse();
    answers.add(LIFE, 5);
    assertThat(answers.contains(LIFE, 104)).isTrue();
    assertThat(answers.contains(LIFE, 105)).isFalse();
  }

  @Test
  void knowsNothingOfAnotherLife() {
    answers.add(LIFE, 5);
    assertThat(answers.contains(NEXT_LIFE, 6)).isFalse();
  }

  @Test
  void forgetsASuspectedLife() {
    answers.add(LIFE, 5);
    answers.remove(LIFE);
    assertThat(answers.contains(LIFE, 6)).isFalse();
  }
}
