package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.node.ClusterMessage;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Named scenarios of leases that a later table says nothing of. */
class LeaseStoryTest {
  private static final long ALMOST_A_LEASE_MILLIS = 385;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName(
      "a lease rests on members that die and are left out: the next coordinator, which is"
          + " supported by the others only, waits for its end before it takes a bucket from its holder")
  void waitsForALeaseThatOthersSupported(boolean isKnown) {
    Story story = new Story(7).withCopies(6).whole();
    story.cluster.network.isBusy = false;
    Host leader = story.coordinator();
    List<Host> all = story.cluster.hosts.stream().filter(each -> each != leader).toList();
    List<Host> deaf = all.subList(0, 3);
    List<Host> supporters = all.subList(3, 5);
    Host holder = all.get(5);
    int bucket = story.bucketOf(holder);

    awaitKeepalive(story, leader);
    story.cluster.loss =
        (from, to, message) -> from == leader && deaf.contains(to) && !isTable(message, isKnown);
    story.run(ALMOST_A_LEASE_MILLIS);
    supporters.forEach(each -> kill(story, each, List.of(leader)));
    story.awaitWithin(20, () -> story.table().voterIds().size() == 5);
    story.cluster.loss = (from, to, message) -> to == holder || from == holder;
    kill(story, leader, deaf);
    assertThat(holder.emits(bucket, story.cluster.now())).isTrue();

    story.awaitWithin(1_000, () -> deaf.stream().anyMatch(each -> emits(story, each, bucket)));
    assertThat(holder.emits(bucket, story.cluster.now())).isFalse();
  }

  /** Whether a coordinator proposes a table, or says that it is agreed on. */
  private static boolean isTable(ClusterMessage message, boolean isKnown) {
    return message instanceof ClusterMessage.Propose
        || (isKnown && message instanceof ClusterMessage.Install);
  }

  /** Waits until all have just been told that the coordinator lives. */
  private static void awaitKeepalive(Story story, Host leader) {
    boolean[] sent = new boolean[1];
    story.cluster.loss =
        (from, to, message) -> {
          sent[0] |= from == leader && message instanceof ClusterMessage.MasterKeepalive;
          return false;
        };
    story.awaitWithin(500, () -> sent[0]);
    story.run(1);
  }

  /** Kills the process of {@code victim}, and proves that to {@code others} only, at once. */
  private static void kill(Story story, Host victim, List<Host> others) {
    victim.end();
    others.forEach(each -> story.cluster.probes.verify(each, victim.id()));
  }

  private static boolean emits(Story story, Host host, int bucket) {
    return host.emits(bucket, story.cluster.now());
  }
}
