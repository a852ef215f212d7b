package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Backup;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Named scenarios of replicas when an owner dies, and then its heir. */
class TakeoverStoryTest {

  @Test
  @DisplayName(
      "HSI-2 HSI-4 a replica that is ahead of the heir begins anew, and has what the heir released")
  void replicasBeginAnew() {
    Story story = new Story(3).withCopies(2).whole();
    story.write(3);
    Host owner = story.coordinator();
    int bucket = story.bucketOf(owner);
    List<Backup> backups = story.table().bucket(bucket).backups();
    Host heir = story.cluster.hostOf(backups.getFirst().node());
    Host ahead = story.cluster.hostOf(backups.getLast().node());

    story.cluster.stop(heir);
    story.cluster.records.write(owner, bucket);
    story.cluster.resume(heir);
    assertThat(ahead.records[bucket]).isEqualTo(heir.records[bucket] + 1);

    story.killWithProof(owner);
    story.awaitWithin(100, () -> heir.emits(bucket, story.cluster.now()));
    story.cluster.records.write(heir, bucket);
    long released = heir.contents[bucket];
    story.run(500);
    story.killWithProof(heir);
    story.awaitWithin(100, () -> ahead.emits(bucket, story.cluster.now()));

    assertThat(ahead.contents[bucket]).isEqualTo(released);
  }
}
