package dev.midstream.cluster.sim;

import static dev.midstream.cluster.sim.SimulatedCluster.MILLI;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterSettings;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What else happens to a cluster, drawn with random numbers of its own: all hosts that know a
 * bucket die at once, a process dies in the middle of a step, nothing arrives from one host at
 * another one, the calls of a host are late, clocks drift, several nodes are drained at once, a
 * listener refuses who joins.
 */
final class FurtherFaults {
  private static final long AT_ONCE_NANOS = 3 * MILLI;
  private static final long MOST_DOWN_NANOS = 2_500 * MILLI;
  private static final long MOST_DEAD_NANOS = 1_500 * MILLI;
  private static final long MOST_LATE_NANOS = 250 * MILLI;
  private static final int MOST_SENT = 200;

  private final SplittableRandom random;
  private final SimulatedCluster cluster;
  private boolean isRepaired;

  FurtherFaults(long seed, SimulatedCluster cluster) {
    random = new SplittableRandom(~seed);
    this.cluster = cluster;
  }

  /** In one of three calls something happens; returns whether nothing else is to happen. */
  boolean disturb() {
    if (random.nextInt(3) != 0) {
      return false;
    }
    Host host = any();
    switch (random.nextInt(14)) {
      case 0, 1 -> killAllThatKnow(random.nextInt(cluster.settings.buckets()));
      case 2 -> cluster.hosts.forEach(each -> soon(AT_ONCE_NANOS, () -> kill(each)));
      case 3, 4, 5 -> dieInAStep(host);
      case 6 -> closeWay(host, any());
      case 7 -> closeWays(host);
      case 8, 9 -> drift();
      case 10 -> drainSeveral();
      case 11 -> stopAllThatKnow(random.nextInt(cluster.settings.buckets()));
      case 12 -> slowDown(host, cluster.now() + random.nextLong(MOST_DOWN_NANOS));
      default -> refuse();
    }
    return random.nextInt(4) != 0;
  }

  private Host any() {
    return cluster.hosts.get(random.nextInt(cluster.hosts.size()));
  }

  /** Does something within this time, unless everything is repaired by then. */
  private void soon(long mostNanos, Runnable action) {
    cluster.time.at(
        cluster.now() + random.nextLong(mostNanos),
        at -> {
          if (!isRepaired) {
            action.run();
          }
        });
  }

  private void kill(Host host) {
    cluster.kill(host);
    if (random.nextInt(4) != 0) {
      soon(MOST_DOWN_NANOS, () -> start(host));
    }
  }

  private void start(Host host) {
    if (!host.hasLeft) {
      cluster.start(host);
    }
  }

  /** The hosts that own a bucket or back it up, by the latest table that a node knows. */
  private List<Host> knowing(int number) {
    AllocationTable latest = null;
    for (Host each : cluster.hosts) {
      AllocationTable its = each.isRunning() ? each.node().table() : null;
      boolean isLater = its != null && (latest == null || its.version().isAfter(latest.version()));
      latest = isLater ? its : latest;
    }
    if (latest == null) {
      return List.of();
    }
    Bucket bucket = latest.bucket(number);
    return latest.memberIds().stream()
        .filter(each -> bucket.isOwnedBy(each) || bucket.backupOf(each) != null)
        .map(cluster::hostOf)
        .toList();
  }

  private void killAllThatKnow(int bucket) {
    knowing(bucket).forEach(each -> soon(AT_ONCE_NANOS, () -> kill(each)));
  }

  /** Of a host that sends nothing another one could think that it is gone, and go on. */
  private boolean mayGoOnAlone() {
    return cluster.settings.lone() == ClusterSettings.Lone.CONTINUE;
  }

  private void stopAllThatKnow(int bucket) {
    if (mayGoOnAlone()) {
      return;
    }
    for (Host each : knowing(bucket)) {
      soon(
          AT_ONCE_NANOS,
          () -> {
            cluster.stop(each);
            soon(MOST_DEAD_NANOS, () -> cluster.resume(each));
          });
    }
  }

  /** A process dies before it sends something, and does nothing of what follows. */
  private void dieInAStep(Host victim) {
    if (!victim.isRunning()) {
      return;
    }
    NodeId life = victim.id();
    int[] left = {random.nextInt(random.nextInt(MOST_SENT) + 1)};
    cluster.network.sends =
        host -> {
          if (host != victim || !victim.runs(life) || left[0]-- > 0) {
            return true;
          }
          cluster.trace(victim + " dies in a step");
          cluster.network.sends = each -> true;
          kill(victim);
          return false;
        };
  }

  /** Nothing of one host arrives at another one for a while, neither what is on its way. */
  private void closeWay(Host one, Host other) {
    if (!mayGoOnAlone()) {
      boolean isBoth = random.nextBoolean();
      cluster.trace("dead way: " + one + " to " + other + (isBoth ? " and back" : ""));
      cluster.network.closeWay(one.number, other.number, one != other);
      cluster.network.closeWay(other.number, one.number, isBoth && one != other);
      openWaysLater();
    }
  }

  /** A host is not heard, or hears nothing, for a while. */
  private void closeWays(Host host) {
    if (mayGoOnAlone()) {
      return;
    }
    boolean isHeard = random.nextBoolean();
    cluster.trace("dead ways: " + host + (isHeard ? " hears nothing" : " is not heard"));
    for (Host other : cluster.hosts) {
      if (other != host && isHeard) {
        cluster.network.closeWay(other.number, host.number, true);
      } else if (other != host) {
        cluster.network.closeWay(host.number, other.number, true);
      }
    }
    openWaysLater();
  }

  private void openWaysLater() {
    soon(random.nextBoolean() ? 20 * MILLI : MOST_DEAD_NANOS, cluster.network::openWays);
  }

  /** Each call of a host is late until then. */
  private void slowDown(Host host, long endNanos) {
    if (cluster.now() < endNanos && !isRepaired) {
      long nanos = random.nextLong(MOST_LATE_NANOS);
      cluster.holdUp(host, nanos);
      cluster.time.at(cluster.now() + nanos + MILLI, _ -> slowDown(host, endNanos));
    }
  }

  /** All clocks go on at other rates: 1/64 wrong at most. */
  private void drift() {
    for (Host each : cluster.hosts) {
      each.drift(1 + (2 * random.nextDouble() - 1) / 64, cluster.now());
    }
  }

  private void drainSeveral() {
    for (Host each : cluster.hosts) {
      if (random.nextBoolean()) {
        soon(
            AT_ONCE_NANOS, () -> cluster.input(each, new ClusterInput.Drain(Member.Role.DRAINING)));
      }
    }
  }

  /** A listener refuses all that join. */
  private void refuse() {
    cluster.veto = "not now";
    soon(MOST_DEAD_NANOS, () -> cluster.veto = null);
  }

  /** Nothing of this lasts. */
  void repair() {
    isRepaired = true;
    cluster.network.sends = host -> true;
    cluster.network.openWays();
    cluster.veto = null;
  }
}
