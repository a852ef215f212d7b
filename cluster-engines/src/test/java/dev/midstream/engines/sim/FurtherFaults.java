package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterSettings;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What else happens to the machines of a cluster, drawn with random numbers of its own: all that
 * know a bucket die at once in a third of the clusters, a process dies in the middle of a call,
 * nothing arrives from one machine at another one, a worker is in a slow call, several nodes are
 * drained at once.
 */
final class FurtherFaults {
  private static final long MILLI = EngineCluster.MILLI;
  private static final long AT_ONCE_MILLIS = 3;
  private static final long MOST_DOWN_MILLIS = 2_500;
  private static final long MOST_DEAD_MILLIS = 1_500;
  private static final int MOST_SENT = 400;

  private final RandomGenerator random;
  private final ClusterStory story;
  private final EngineCluster cluster;
  private final WatchedTransfers transfers;
  private final ClusterFaults others;
  private final boolean isFatal;
  private boolean isRepaired;

  FurtherFaults(
      RandomGenerator random,
      ClusterStory story,
      WatchedTransfers transfers,
      ClusterFaults others) {
    this.random = random;
    this.story = story;
    this.transfers = transfers;
    this.others = others;
    isFatal = random.nextInt(3) == 0;
    cluster = story.cluster;
  }

  /** In one of three calls something happens; returns whether nothing else is to happen. */
  boolean disturb() {
    if (random.nextInt(3) != 0) {
      return false;
    }
    Machine machine = any();
    switch (random.nextInt(24)) {
      case 0, 1 -> killAllThatKnow(bucketOfTransfer());
      case 2 -> killAtOnce(cluster.machines);
      case 3, 4, 5, 6, 7, 8, 9 -> dieInACall(machine);
      case 10, 11, 12 -> closeWay(machine, any());
      case 13, 14, 15 -> closeWays(machine);
      case 16, 17, 18 -> slow(machine);
      case 19, 20 -> drainSeveral();
      default -> stopAllThatKnow(bucketOfTransfer());
    }
    return random.nextInt(4) != 0;
  }

  private Machine any() {
    return cluster.machines.get(random.nextInt(cluster.machines.size()));
  }

  /** Does something between these times from now, unless everything is repaired by then. */
  private void soon(long mostMillis, Runnable action) {
    cluster.at(
        cluster.now() + random.nextLong(mostMillis * MILLI),
        () -> {
          if (!isRepaired) {
            action.run();
          }
        });
  }

  private void kill(Machine machine) {
    cluster.kill(machine);
    if (random.nextInt(4) != 0) {
      soon(MOST_DOWN_MILLIS, () -> start(machine));
    }
  }

  private void start(Machine machine) {
    if (!machine.hasLeft) {
      cluster.start(machine);
    }
  }

  /** The bucket of any open transfer; any bucket if there is none. */
  private int bucketOfTransfer() {
    List<WatchedTransfer> open =
        transfers.all().stream().filter(each -> each.isOpened() && !each.isDone()).toList();
    return open.isEmpty()
        ? random.nextInt(cluster.buckets.count())
        : story.bucketOf(open.get(random.nextInt(open.size())).ends());
  }

  /** The machines that own a bucket or back it up, by the latest table that a node knows. */
  private List<Machine> knowing(int number) {
    AllocationTable latest = null;
    for (Machine each : cluster.running()) {
      AllocationTable its = each.node().table();
      boolean isLater = its != null && (latest == null || its.version().isAfter(latest.version()));
      latest = isLater ? its : latest;
    }
    if (latest == null) {
      return List.of();
    }
    Bucket bucket = latest.bucket(number);
    return latest.memberIds().stream()
        .filter(each -> bucket.isOwnedBy(each) || bucket.backupOf(each) != null)
        .map(cluster::machineOf)
        .toList();
  }

  private void killAllThatKnow(int bucket) {
    killAtOnce(knowing(bucket));
  }

  /** All of {@code machines} die; only one of them where what is open is to survive. */
  private void killAtOnce(List<Machine> machines) {
    machines.stream()
        .limit(isFatal ? machines.size() : 1)
        .forEach(each -> soon(AT_ONCE_MILLIS, () -> kill(each)));
  }

  /** All that know a bucket do nothing for a while, longer than a lease at times. */
  private void stopAllThatKnow(int bucket) {
    if (mayGoOnAlone()) {
      return;
    }
    for (Machine each : knowing(bucket)) {
      soon(
          AT_ONCE_MILLIS,
          () -> {
            cluster.stop(each);
            soon(MOST_DEAD_MILLIS, () -> cluster.resume(each));
          });
    }
  }

  /** Of a machine that sends nothing another one could think that it is gone, and go on. */
  private boolean mayGoOnAlone() {
    return cluster.settings.lone() == ClusterSettings.Lone.CONTINUE;
  }

  /** A process dies before it sends something: the rest of what it does then does not leave. */
  private void dieInACall(Machine victim) {
    if (!victim.isRunning()) {
      return;
    }
    NodeId life = victim.id();
    int[] left = {random.nextInt(random.nextInt(MOST_SENT) + 1)};
    cluster.carrier.sends =
        machine -> {
          if (machine != victim || !victim.runs(life) || left[0]-- > 0) {
            return true;
          }
          if (left[0] == -1) {
            cluster.trace(victim + " dies in a call");
            cluster.at(cluster.now(), () -> killLife(victim, life));
          }
          return false;
        };
  }

  private void killLife(Machine victim, NodeId life) {
    cluster.carrier.sends = machine -> true;
    if (victim.runs(life)) {
      kill(victim);
    }
  }

  /** Nothing of one machine arrives at another one for a while, neither what is on its way. */
  private void closeWay(Machine one, Machine other) {
    if (!mayGoOnAlone()) {
      boolean isBoth = random.nextBoolean();
      cluster.trace("dead way: " + one + " to " + other + (isBoth ? " and back" : ""));
      cluster.carrier.deadWay =
          (from, to) -> (from == one && to == other) || (isBoth && from == other && to == one);
      openWaysLater();
    }
  }

  /** A machine is not heard, or hears nothing, for a while. */
  private void closeWays(Machine machine) {
    if (!mayGoOnAlone()) {
      boolean isHeard = random.nextBoolean();
      cluster.trace("dead ways: " + machine + (isHeard ? " hears nothing" : " is not heard"));
      cluster.carrier.deadWay =
          (from, to) -> from != to && (isHeard ? to == machine : from == machine);
      openWaysLater();
    }
  }

  private void openWaysLater() {
    long most = random.nextBoolean() ? 20 : MOST_DEAD_MILLIS;
    soon(most, () -> cluster.carrier.deadWay = (from, to) -> false);
  }

  /** A worker does nothing for a while, as in a slow call of an agent. */
  private void slow(Machine machine) {
    if (!machine.isRunning() || (mayGoOnAlone() && machine.workers == 1)) {
      return;
    }
    NodeId life = machine.id();
    machine.stuck = mayGoOnAlone() ? machine.workers - 1 : random.nextInt(machine.workers);
    cluster.trace(machine + ": worker " + machine.stuck + " is slow");
    soon(MOST_DEAD_MILLIS, () -> goOn(machine, life));
  }

  private void goOn(Machine machine, NodeId life) {
    if (machine.runs(life)) {
      machine.stuck = -1;
    }
  }

  private void drainSeveral() {
    for (Machine each : cluster.machines) {
      if (random.nextBoolean()) {
        soon(AT_ONCE_MILLIS, () -> others.drain(each));
      }
    }
  }

  /** Nothing of this lasts. */
  void repair() {
    isRepaired = true;
    cluster.carrier.sends = machine -> true;
    cluster.carrier.deadWay = (from, to) -> false;
    cluster.machines.forEach(each -> each.stuck = -1);
  }
}
