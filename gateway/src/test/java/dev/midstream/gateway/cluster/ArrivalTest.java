package dev.midstream.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput.ProvedDead;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is told to a worker later than it was found. */
class ArrivalTest {
  private static final long SECOND = 1_000_000_000;
  private static final NodeId SELF = node(1);
  private static final NodeId OTHER = node(2);

  private static NodeId node(int number) {
    return new NodeId(NodeAddress.ofIpv4(0x0a000000 + number, 7800), new UUID(1, number));
  }

  @Test
  @DisplayName("LD-6 the proof that a node is dead tells how long ago it was found")
  void tellsItsAge() {
    Arrival.Proved proved = new Arrival.Proved(SELF, OTHER, System.nanoTime() - SECOND);
    assertThat(proved.input())
        .isInstanceOfSatisfying(
            ProvedDead.class,
            dead -> {
              assertThat(dead.node()).isEqualTo(OTHER);
              assertThat(dead.ageNanos()).isGreaterThanOrEqualTo(SECOND);
            });
  }
}
