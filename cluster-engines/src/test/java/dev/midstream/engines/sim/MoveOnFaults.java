package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterSettings;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * In a third of the clusters only this happens: the buckets of connections move, and move on while
 * these stay with a node, and that dies: before it is noticed, while the bucket is handed over, or
 * soon after. At times the taker does not hear which connections stay, and the giver or the taker
 * dies, too.
 */
final class MoveOnFaults {
  private static final long MILLI = EngineCluster.MILLI;
  private static final long MOST_WAIT_MILLIS = 150;
  private static final long MOST_NOTICED_MILLIS = 700;
  private static final long MOST_MOVE_MILLIS = 60;
  private static final long MOST_DEAD_MILLIS = 2_500;

  private final RandomGenerator random;
  private final EngineCluster cluster;
  private final ClusterStory story;
  private final WatchedTransfers transfers;
  private boolean isRepaired;
  private int strikes;

  MoveOnFaults(RandomGenerator random, ClusterStory story, WatchedTransfers transfers) {
    this.random = random;
    this.story = story;
    this.transfers = transfers;
    cluster = story.cluster;
  }

  /** Nothing happens any more. */
  void repair() {
    isRepaired = true;
    cluster.carrier.deadWay = (from, to) -> false;
  }

  /** A bucket moves, and moves on if connections stay: then something happens. */
  void disturb() {
    List<WatchedTransfer> open =
        transfers.all().stream()
            .filter(each -> each.isOpened() && !each.isLost && !each.isDone())
            .toList();
    if (open.isEmpty()) {
      story.run(random.nextLong(MOST_WAIT_MILLIS));
      return;
    }
    List<WatchedTransfer> before = open.stream().filter(this::stays).toList();
    if (before.isEmpty()) {
      move(story.bucketOf(any(open).ends()), any(cluster.machines));
    }
    for (int i = 0; i < MOST_MOVE_MILLIS && open.stream().noneMatch(this::stays); i++) {
      story.run(1);
    }
    story.run(random.nextLong(random.nextBoolean() ? 10 : MOST_WAIT_MILLIS));
    List<WatchedTransfer> staying = open.stream().filter(this::stays).toList();
    if (!staying.isEmpty()) {
      strike(any(staying));
      story.run(random.nextLong(MOST_NOTICED_MILLIS));
    }
  }

  /** How often a bucket moved on while its connections stayed with a node that died. */
  int strikes() {
    return strikes;
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private void move(int bucket, Machine to) {
    if (to.isRunning()) {
      cluster.input(to, new ClusterInput.Move(bucket, to.id()));
    }
  }

  private boolean stays(WatchedTransfer transfer) {
    NodeId stays = transfer.stays;
    return stays != null
        && !transfer.isLost
        && !transfer.isDone()
        && cluster.machineOf(stays).runs(stays);
  }

  private void strike(WatchedTransfer transfer) {
    NodeId stays = transfer.stays;
    Machine stayer = stays == null ? null : cluster.machineOf(stays);
    AllocationTable table = stayer == null ? null : stayer.node().table();
    int bucket = story.bucketOf(transfer.ends());
    NodeId owner = table == null ? null : table.bucket(bucket).owner();
    if (stayer == null || owner == null) {
      return;
    }
    Machine giver = cluster.machineOf(owner);
    List<Machine> takers =
        cluster.running().stream()
            .filter(each -> each != stayer && each != giver && !each.isDispatcher)
            .toList();
    if (!takers.isEmpty()) {
      Machine taker = any(takers);
      cluster.trace("bucket " + bucket + " is to move on to " + taker);
      move(bucket, taker);
      strikes++;
      dieMeanwhile(stayer, taker);
      if (random.nextInt(8) == 0) {
        soon(MOST_MOVE_MILLIS, () -> die(random.nextBoolean() ? giver : taker));
      }
    }
  }

  private void dieMeanwhile(Machine stayer, Machine taker) {
    boolean isUnheard =
        random.nextInt(3) == 0 && cluster.settings.lone() != ClusterSettings.Lone.CONTINUE;
    if (isUnheard) {
      cluster.carrier.deadWay = (from, to) -> from == stayer && to == taker;
    }
    soon(
        random.nextInt(3) == 0 ? 1 : MOST_MOVE_MILLIS,
        () -> {
          die(stayer);
          if (isUnheard) {
            cluster.carrier.deadWay = (from, to) -> false;
          }
        });
  }

  /** A machine is gone; nothing refuses a connection, or that shows at once that it is. */
  private void die(Machine machine) {
    if (!machine.isRunning()) {
      return;
    }
    if (random.nextBoolean()) {
      cluster.crash(machine);
    } else {
      cluster.kill(machine);
    }
    soon(
        MOST_DEAD_MILLIS,
        () -> {
          if (!machine.hasLeft) {
            cluster.start(machine);
          }
        });
  }

  private void soon(long mostMillis, Runnable action) {
    cluster.at(
        cluster.now() + random.nextLong(mostMillis * MILLI),
        () -> {
          if (!isRepaired) {
            action.run();
          }
        });
  }
}
