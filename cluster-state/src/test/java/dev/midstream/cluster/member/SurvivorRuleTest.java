package dev.midstream.cluster.member;

import static dev.midstream.cluster.member.SurvivorRule.Standing.MAJORITY;
import static dev.midstream.cluster.member.SurvivorRule.Standing.NONE;
import static dev.midstream.cluster.member.SurvivorRule.Standing.PAIR;
import static dev.midstream.cluster.member.SurvivorRule.Standing.PROOF;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.SurvivorRule.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which part of a cluster may go on. */
class SurvivorRuleTest {
  private static final int NONE_DEAD = 0;

  @ParameterizedTest
  @CsvSource({
    "1, 1, MAJORITY", "2, 3, MAJORITY", "2, 1, NONE", "3, 3, MAJORITY", "3, 1, NONE",
    "4, 3, NONE", "4, 7, MAJORITY", "5, 3, NONE", "5, 7, MAJORITY", "3, 0, NONE"
  })
  @DisplayName("HSI-9 a strict majority of the members may go on")
  void theMajorityGoesOn(int members, int present, Standing standing) {
    assertThat(standing(members, present, NONE_DEAD, false)).isEqualTo(standing);
  }

  @Test
  @DisplayName("HSI-9 the part to which every member belongs that is not proved dead may go on")
  void provedDeathCounts() {
    assertThat(standing(5, 0b00011, 0b11100, false)).isEqualTo(PROOF);
    assertThat(standing(5, 0b00011, 0b01100, false)).isEqualTo(NONE);
    assertThat(standing(2, 0b01, 0b10, false)).isEqualTo(PROOF);
    assertThat(standing(3, 0, 0b111, false)).as("none is left").isEqualTo(NONE);
  }

  @Test
  @DisplayName("HSI-9 one of exactly two may go on if it outlives the other one")
  void oneOfTwo() {
    assertThat(standing(2, 0b01, NONE_DEAD, true)).isEqualTo(PAIR);
    assertThat(standing(3, 0b001, NONE_DEAD, true)).isEqualTo(NONE);
    assertThat(standing(4, 0b0011, NONE_DEAD, true)).isEqualTo(NONE);
    assertThat(standing(2, 0, NONE_DEAD, true)).isEqualTo(NONE);
  }

  @Test
  @DisplayName("HSI-9 no two parts without a common member may go on, whichever is dead")
  void neverTwoParts() {
    for (int members = 1; members <= 5; members++) {
      int all = (1 << members) - 1;
      for (int dead = 0; dead <= all; dead++) {
        int living = all & ~dead;
        for (int part = 0; part <= all; part++) {
          int one = part & living;
          int other = living & ~part;
          boolean both =
              standing(members, one, dead, false).suffices()
                  && standing(members, other, dead, false).suffices();
          assertThat(both)
              .as("members=%d dead=%d parts=%d,%d", members, dead, one, other)
              .isFalse();
        }
      }
    }
  }

  @Test
  @DisplayName("of two standings the weaker one counts")
  void takesTheWeaker() {
    assertThat(MAJORITY.and(PROOF)).isEqualTo(PROOF);
    assertThat(NONE.and(MAJORITY)).isEqualTo(NONE);
    assertThat(PAIR.and(PAIR)).isEqualTo(PAIR);
  }

  private static Standing standing(int members, int present, int dead, boolean outlived) {
    List<NodeId> all = new ArrayList<>();
    for (int number = 0; number < members; number++) {
      all.add(new NodeId(NodeAddress.ofIpv4(number, 1), new UUID(0, number)));
    }
    return SurvivorRule.of(
        all, node -> isIn(present, node), node -> isIn(dead, node), node -> outlived);
  }

  private static boolean isIn(int set, NodeId node) {
    return (set >>> node.incarnation().getLeastSignificantBits() & 1) == 1;
  }
}
