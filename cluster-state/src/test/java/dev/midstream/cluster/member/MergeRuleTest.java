package dev.midstream.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of two clusters goes on. */
class MergeRuleTest {
  @ParameterizedTest
  @CsvSource({
    "3, 1, 2, 9, false",
    "2, 1, 3, 9, true",
    "2, 1, 2, 9, false",
    "2, 9, 2, 1, true",
    "1, 9, 3, 1, true",
    "3, 9, 1, 1, false"
  })
  @DisplayName("LD-3 more members win, then the lower address; exactly one of two gives way")
  void decides(int members, int address, int otherMembers, int otherAddress, boolean givesWay) {
    NodeAddress own = NodeAddress.ofIpv4(address, 7800);
    NodeAddress other = NodeAddress.ofIpv4(otherAddress, 7800);

    assertThat(MergeRule.givesWay(members, own, otherMembers, other)).isEqualTo(givesWay);
    assertThat(MergeRule.givesWay(otherMembers, other, members, own)).isEqualTo(!givesWay);
  }
}
