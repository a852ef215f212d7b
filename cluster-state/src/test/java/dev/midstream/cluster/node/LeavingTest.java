package dev.midstream.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LeavingTest {
  private static final NodeId SELF =
      new NodeId(NodeAddress.ofIpv4(0x0a090001, 7800), new UUID(1, 1));

  private final Leaving leaving = new Leaving(SELF, 2);

  @Test
  @DisplayName("PDP-1 PDP-7 only a second order, to move all, has it hand over what stays")
  void givesAfterASecondOrder() {
    assertThat(leaving.drain(Member.Role.STAYING)).isFalse();
    assertThat(leaving.drain(Member.Role.STAYING)).isFalse();
    assertThat(leaving.drain(Member.Role.DRAINING)).isTrue();
    assertThat(leaving.role()).isEqualTo(Member.Role.STAYING);
  }

  @Test
  @DisplayName("PDP-7 a node that hands all over keeps nothing after a later order to stay")
  void keepsTheFirstOrder() {
    assertThat(leaving.drain(Member.Role.DRAINING)).isFalse();
    assertThat(leaving.drain(Member.Role.STAYING)).isFalse();
    assertThat(leaving.role()).isEqualTo(Member.Role.DRAINING);
    assertThat(leaving.stays(0, null)).isFalse();
    assertThat(leaving.isAnyStaying(0)).isFalse();
  }

  @Test
  @DisplayName("PDP-7 the next life is to leave as the last order says")
  void keepsTheLastOrder() {
    assertThat(leaving.last()).isNull();
    assertThat(leaving.drain(Member.Role.STAYING)).isFalse();
    assertThat(leaving.last()).isEqualTo(Member.Role.STAYING);
    assertThat(leaving.drain(Member.Role.DRAINING)).isTrue();
    assertThat(leaving.last()).isEqualTo(Member.Role.DRAINING);
  }
}
