package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterSettings.Reallocation;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import java.util.stream.Stream;

/** Connections stay with a machine, and one of their buckets moves on. */
abstract class MoveOnStories extends StayStories {
  /** In which a bucket moves: less than it takes to notice the silence of a node. */
  private static final long MOVE_MILLIS = 300;

  /** Connections stay with a machine that does not coordinate. */
  Machine stayAside(ClusterStory story, Reallocation reallocation) {
    begin(story);
    story.run(300);
    Machine old = other(story, story.coordinator());
    if (reallocation == Reallocation.STAY) {
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        if (owner(story, bucket) == old) {
          Machine to = other(story, old);
          story.cluster.input(to, new ClusterInput.Move(bucket, to.id()));
        }
      }
    } else {
      story.cluster.input(old, new ClusterInput.Drain(Member.Role.STAYING));
    }
    story.awaitWithin(5_000, () -> hasHandedOver(story, old));
    story.run(200); // the owners have replicas
    return old;
  }

  /** A bucket of which open connections stay at {@code machine}. */
  int bucketOfOpen(ClusterStory story, Machine machine) {
    return bucketsOfOpen(story, machine).findFirst().orElseThrow();
  }

  /** The same, of {@code worker} of each machine. */
  int bucketOfOpen(ClusterStory story, Machine machine, int worker) {
    return bucketsOfOpen(story, machine)
        .filter(each -> machine.workerOf(each) == worker)
        .findFirst()
        .orElseThrow();
  }

  private static Stream<Integer> bucketsOfOpen(ClusterStory story, Machine machine) {
    return story.transfers.stream()
        .filter(each -> !each.isDone() && isAt(story, machine, each))
        .map(each -> story.bucketOf(each.ends));
  }

  /** {@code to} owns {@code bucket} by the table. */
  void move(ClusterStory story, int bucket, Machine to) {
    story.cluster.input(to, new ClusterInput.Move(bucket, to.id()));
    story.awaitWithin(MOVE_MILLIS, () -> to.id().equals(story.table().bucket(bucket).owner()));
  }

  /** How many connections the engine of {@code bucket} has at {@code machine}. */
  static int known(Machine machine, int bucket) {
    int[] known = new int[1];
    machine
        .engines(bucket)
        .forEachEngine((place, engine) ->
            known[0] += place == bucket ? engine.connections() + engine.inheritedConnections() : 0);
    return known[0];
  }

  /** Whether a message is of a log, and neither a list of what stays nor an announcement. */
  static boolean isLog(LogMessage message) {
    return message instanceof Append append
        && append.since() != LogMessage.STAYING_KEYS
        && append.since() != LogMessage.ANNOUNCEMENTS;
  }

  /** Whether a message is of a list of what stays. */
  static boolean isList(LogMessage message) {
    return message instanceof Append append && append.since() == LogMessage.STAYING_KEYS;
  }
}
