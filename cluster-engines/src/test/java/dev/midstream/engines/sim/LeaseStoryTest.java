package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of packets of a node whose lease is over, which it gets again. */
class LeaseStoryTest {
  private static final int WAIT_MILLIS = 50;

  private final ClusterStory story = EngineStoryTest.story(3, 1).whole();
  private final Machine coordinator = story.coordinator();
  private final Machine node = story.machine((coordinator.number + 1) % 3);
  private final List<ClusterMessage.Grant> lost = new ArrayList<>();

  /** Loses the leases of the node until it has none. */
  private void awaitEndOfLease() {
    story.cluster.carrier.nodeLoss =
        (from, to, message) -> {
          boolean isLost = to == node && message instanceof ClusterMessage.Grant;
          if (isLost) {
            lost.add((ClusterMessage.Grant) message);
          }
          return isLost;
        };
    story.awaitWithin(1_000, () -> !isLeased());
  }

  private boolean isLeased() {
    return node.node().isLeased(node.clock(story.cluster.now()));
  }

  /** The node gets the last lease that it has not got. */
  private void renew() {
    NodeId from = coordinator.id();
    story.cluster.input(node, new ClusterInput.Received(from, lost.getLast()));
    assertThat(isLeased()).isTrue();
  }

  /** Opens a connection whose bucket the node owns: its SYN arrives within some milliseconds. */
  private int open() {
    for (int port = 40_000; true; port++) {
      Ends ends = Ends.IPV4.withPorts(port, 80);
      if (node.engines(story.bucketOf(ends)).isOpen(story.bucketOf(ends))) {
        Application script = new Application().write(new byte[1_000]).close();
        story.transfer(
            new Transfer(ends, EndpointOptions.MODERN, script, script, UnaryOperator.identity()));
        return story.bucketOf(ends);
      }
    }
  }

  private long dropped(int bucket) {
    return node.engines(bucket).open().counters().of(Reason.BUCKET_AWAITED);
  }

  @Test
  @DisplayName("LD-6 LD-10 a packet that comes while the lease is over goes on when it is renewed")
  void waitsForTheLease() {
    awaitEndOfLease();
    int bucket = open();
    List<Packet> processed = new ArrayList<>();
    story.cluster.arrivals = processed::add;
    story.run(WAIT_MILLIS / 2);
    assertThat(processed).isEmpty();
    renew();
    assertThat(processed).hasSize(1);
    assertThat(dropped(bucket)).isZero();
    story.cluster.carrier.nodeLoss = (from, to, message) -> false;
    story.finishWithin(10_000);
  }

  @Test
  @DisplayName("LD-6 LD-10 a packet that waits too long for the lease is dropped, and counted")
  void dropsWhatWaitedTooLong() {
    awaitEndOfLease();
    int bucket = open();
    story.run(2 * WAIT_MILLIS);
    assertThat(dropped(bucket)).isEqualTo(1);
    story.cluster.carrier.nodeLoss = (from, to, message) -> false;
    story.finishWithin(10_000);
  }
}
