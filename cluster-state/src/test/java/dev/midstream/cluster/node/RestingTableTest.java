package dev.midstream.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a coordinator costs that has nothing to do. */
class RestingTableTest {
  private static final long MILLI = 1_000_000;
  private static final int BUCKETS = 1_024;
  private static final int TICKS = 1_000;
  private static final long MOST_OCTETS = 2_000;
  private static final NodeId SELF = new NodeId(NodeAddress.ofIpv4(1, 7800), new UUID(1, 1));
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private long now;
  private final ClusterNode node =
      new ClusterNode(
          new ClusterSettings(
              BUCKETS,
              1,
              1,
              400 * MILLI,
              3_600_000 * MILLI,
              ClusterSettings.Reallocation.MOVE,
              ClusterSettings.Lone.CONTINUE,
              1,
              List.of(SELF.address()),
              List.of(),
              Member.Role.ACTIVE),
          SELF,
          new Secret(new byte[Secret.BYTES]),
          now);

  private void tick(int count) {
    for (int each = 0; each < count; each++) {
      now += 10 * MILLI;
      node.step(new ClusterInput.Tick(), now);
    }
  }

  @Test
  @DisplayName("LD-7 a call of a coordinator costs no more with many buckets if nothing changes")
  void restsWithManyBuckets() {
    node.step(new ClusterInput.ViewChanged(List.of(SELF)), now);
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      node.step(new ClusterInput.Wanted(bucket), now);
    }
    tick(TICKS);
    assertThat(node.mayEmit(BUCKETS - 1, now)).isTrue();

    long before = THREADS.getCurrentThreadAllocatedBytes();
    tick(TICKS);
    assertThat((THREADS.getCurrentThreadAllocatedBytes() - before) / TICKS)
        .as("octets of garbage in a call")
        .isLessThan(MOST_OCTETS);
  }
}
