package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of a bucket of which no other node can read the records. */
class UnreadableStoryTest {

  /** The only backup of each bucket of {@code story} cannot read what it has now. */
  private static void failAll(Story story) {
    AllocationTable table = story.table();
    for (int number = 0; number < Story.BUCKETS; number++) {
      Backup backup = table.bucket(number).backups().getFirst();
      Host host = story.cluster.hostOf(backup.node());
      story.cluster.input(host, new ClusterInput.ReplicaUnreadable(number, backup.since()));
    }
    story.awaitWithin(
        100, () -> story.table().buckets().stream().allMatch(UnreadableStoryTest::isBare));
  }

  private static boolean isBare(Bucket bucket) {
    return bucket.backups().stream().allMatch(Backup::unreadable);
  }

  @Test
  @DisplayName("HSI-5 HDP-18 the other one of two nodes could not read records: it is asked again")
  void isAskedAgain() {
    Story story = new Story(2).whole();
    failAll(story);
    story.awaitWithin(3_000, story::isWhole);
  }

  @Test
  @DisplayName("HSI-5 a node that can never read records is asked more and more seldom")
  void isAskedMoreSeldom() {
    Story story = new Story(2).whole();
    story.cluster.hosts.forEach(each -> each.isDeaf = true);
    failAll(story);
    story.run(100_000);
    assertThat(failures(story)).isBetween(5L * Story.BUCKETS, 6L * Story.BUCKETS);
    story.run(600_000);
    assertThat(failures(story)).isBetween(9L * Story.BUCKETS, 12L * Story.BUCKETS);

    story.cluster.hosts.forEach(each -> each.isDeaf = false);
    story.awaitWithin(140_000, story::isWhole);
  }

  private static long failures(Story story) {
    return story.cluster.hosts.stream()
        .flatMap(each -> each.reports.stream())
        .filter(each -> each.event() == ClusterEffect.Event.UNREADABLE)
        .count();
  }
}
