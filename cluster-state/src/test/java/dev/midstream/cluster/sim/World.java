package dev.midstream.cluster.sim;

import static dev.midstream.cluster.sim.SimulatedCluster.MILLI;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.testkit.random.SeededRounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A cluster under a random schedule: machines crash, processes are killed, stopped and drained, the
 * network is cut, delays and loses, nodes join late. Then everything is repaired, and the cluster
 * must be whole.
 */
final class World {
  private static final int BUCKETS = 8;
  private static final long CALM_NANOS = 8_000 * MILLI;

  /** Of more nodes than these each one may take as long to join, and to give up before. */
  private static final int FEW = 5;

  private static final long CALM_OF_ONE_NANOS = 1_000 * MILLI;
  private static final long STRIKE_NANOS = 60 * MILLI;

  private final RandomGenerator random;
  private final SimulatedCluster cluster;
  private final ClusterSettings.Lone lone;
  private final ClusterSettings.Reallocation reallocation;
  private final FurtherFaults further;
  private boolean isRepaired;

  World(long seed) {
    random = SeededRounds.generator(seed);
    int count = count();
    List<Host> hosts = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      hosts.add(new Host(number, 1 + (random.nextDouble() * 2 - 1) / 64));
    }
    boolean witness = count >= 3 && random.nextInt(count) == 0;
    int dispatchers = Math.max(0, random.nextInt(5) - 2);
    for (int number = count; number < count + dispatchers; number++) {
      hosts.add(new Host(number, 1 + (random.nextDouble() * 2 - 1) / 64));
      hosts.getLast().role = Member.Role.DISPATCHER;
    }
    lone = lone();
    boolean stays = SeededRounds.generator(~seed).nextInt(3) == 0;
    reallocation = stays ? ClusterSettings.Reallocation.STAY : ClusterSettings.Reallocation.MOVE;
    hosts.get(count - 1).role = witness ? Member.Role.WITNESS : Member.Role.ACTIVE;
    cluster = new SimulatedCluster(random, settings(hosts), hosts);
    cluster.isTraced = Boolean.getBoolean("midstream.trace");
    cluster.closesStaying = true;
    further = new FurtherFaults(seed, cluster);
  }

  /** How many hosts vote: 2 to 5 usually, rarely one, or up to 16. */
  private int count() {
    return switch (random.nextInt(24)) {
      case 0 -> 1;
      case 1 -> 9 + random.nextInt(8);
      case 2, 3 -> 6 + random.nextInt(3);
      default -> 2 + random.nextInt(4);
    };
  }

  private ClusterSettings.Lone lone() {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> ClusterSettings.Lone.CONTINUE;
      case 3 -> ClusterSettings.Lone.STOP;
      default -> ClusterSettings.Lone.PROVE;
    };
  }

  private ClusterSettings settings(List<Host> hosts) {
    int copies = random.nextInt(6) == 0 ? Integer.MAX_VALUE : random.nextInt(3);
    return new ClusterSettings(
        BUCKETS,
        copies,
        1 + random.nextInt(4),
        400 * MILLI,
        500 * MILLI,
        reallocation,
        lone,
        1,
        hosts.stream().filter(host -> !host.isDispatcher()).map(host -> host.address).toList(),
        hosts.stream().filter(Host::isDispatcher).map(host -> host.address).toList(),
        Member.Role.ACTIVE);
  }

  SimulatedCluster cluster() {
    return cluster;
  }

  /** Runs the schedule, repairs everything, and checks that the cluster is whole. */
  World run() {
    int count = cluster.hosts.size();
    int first = random.nextInt(3) == 0 ? Math.min(count, 3) : count;
    cluster
        .hosts
        .subList(0, first)
        .forEach(host -> cluster.later(0, 500 * MILLI, () -> cluster.start(host)));
    writeLater();
    cluster.run(1_500 * MILLI + random.nextLong(1_500 * MILLI));
    int faults = 1 + random.nextInt(12);
    for (int fault = 0; fault < faults; fault++) {
      if (!further.disturb()) {
        disturb();
      }
      long pause = random.nextInt(3) == 0 ? 30 * MILLI : 1_000 * MILLI;
      cluster.run(random.nextLong(pause));
    }
    isRepaired = true;
    further.repair();
    cluster.run(STRIKE_NANOS);
    repair();
    cluster.run(CALM_NANOS + Math.max(0, count - FEW) * CALM_OF_ONE_NANOS);
    try {
      new EndCheck(cluster).check();
    } catch (AssertionError e) {
      cluster.hosts.stream()
          .filter(Host::isRunning)
          .forEach(host -> System.out.println(host.node()));
      throw e;
    }
    return this;
  }

  private void writeLater() {
    cluster.later(
        MILLI,
        5 * MILLI,
        () -> {
          Host host = anyHost();
          int bucket = random.nextInt(BUCKETS);
          cluster.records.write(host, bucket);
          if (random.nextInt(8) == 0) {
            cluster.input(host, new ClusterInput.Wanted(bucket));
          }
          writeLater();
        });
  }

  private Host anyHost() {
    return cluster.hosts.get(random.nextInt(cluster.hosts.size()));
  }

  // ---- faults

  private void disturb() {
    Host host = anyHost();
    int fault = random.nextInt(17);
    boolean cuts = fault == 6 || fault == 7 || fault == 12 || fault == 13;
    if (cuts && lone == ClusterSettings.Lone.CONTINUE) {
      stopLong(host); // two parts of a cut network would both go on
    } else {
      disturb(host, fault);
    }
  }

  /**
   * A host is stopped for longer than any lease. Beside one that is alone and stopped another one
   * would begin alone.
   */
  private void stopLong(Host host) {
    AllocationTable table = host.isRunning() ? host.node().table() : null;
    if (table == null || table.voterIds().size() > 1) {
      cluster.stop(host);
      cluster.later(500 * MILLI, 4_000 * MILLI, () -> cluster.resume(host));
    }
  }

  private void disturb(Host host, int fault) {
    switch (fault) {
      case 0, 1, 2 -> {
        cluster.kill(host);
        startLater(host, 1_500);
      }
      case 3 -> {
        cluster.crash(host);
        startLater(host, 2_500);
      }
      case 4, 5 -> {
        cluster.stop(host);
        cluster.later(10 * MILLI, 1_500 * MILLI, () -> cluster.resume(host));
      }
      case 6, 7 -> {
        cluster.cut(random.nextInt(1 << cluster.hosts.size()));
        cluster.later(20 * MILLI, 2_000 * MILLI, cluster::heal);
      }
      case 8 -> drain(host);
      case 9 -> {
        move(host);
        strike();
      }
      case 10 -> load(host);
      case 11 -> killTwo(host);
      case 12 -> cutAndStrike(host);
      case 13 -> joinAndStrike();
      case 14 -> {
        cluster.network.loseTo(host.number, random.nextInt(1001));
        cluster.later(20 * MILLI, 1_000 * MILLI, cluster.network::loseNone);
      }
      case 15 -> failToRead(host);
      default -> {
        cluster.network.lossThousandths = random.nextInt(4) == 0 ? random.nextInt(200) : 0;
        cluster.network.extraDelayNanos = random.nextInt(3) == 0 ? random.nextLong(100 * MILLI) : 0;
      }
    }
  }

  /** Another fault, unless everything is repaired by then. */
  private void faultLater(long fromMillis, long toMillis, Runnable fault) {
    cluster.later(
        fromMillis * MILLI,
        toMillis * MILLI,
        () -> {
          if (!isRepaired) {
            fault.run();
          }
        });
  }

  /** A host is killed, and then another one, which may have taken over from it. */
  private void killTwo(Host host) {
    Host other = anyHost();
    cluster.kill(host);
    startLater(host, 1_500);
    faultLater(
        5,
        700,
        () -> {
          cluster.kill(other);
          startLater(other, 1_500);
        });
  }

  /** A host is cut off; when others may go on without it, something happens to any host. */
  private void cutAndStrike(Host host) {
    cluster.cut(1 << host.number);
    faultLater(300, 600, this::strike);
    cluster.later(300 * MILLI, 2_500 * MILLI, cluster::heal);
  }

  /** Nodes join, and are cut off from the members, all of which but one are killed. */
  private void joinAndStrike() {
    List<Host> old = cluster.hosts.stream().filter(Host::isRunning).toList();
    if (old.isEmpty() || old.size() == cluster.hosts.size()) {
      return;
    }
    Host left = old.get(random.nextInt(old.size()));
    int side = old.stream().mapToInt(host -> 1 << host.number).sum();
    if (random.nextBoolean()) {
      cluster.network.loseTo(left.number, 800);
    }
    cluster.hosts.forEach(host -> cluster.later(1, 100 * MILLI, () -> cluster.start(host)));
    faultLater(
        150,
        600,
        () -> {
          cluster.network.loseNone();
          cluster.cut(side);
          old.stream()
              .filter(host -> host != left)
              .forEach(host -> faultLater(0, 40, () -> cluster.kill(host)));
        });
    cluster.later(700 * MILLI, 4_000 * MILLI, cluster::heal);
  }

  private void startLater(Host host, long maxMillis) {
    if (random.nextInt(4) != 0) {
      cluster.later(MILLI, maxMillis * MILLI, () -> cluster.start(host));
    }
  }

  private void drain(Host host) {
    boolean stays = random.nextBoolean();
    Member.Role how = stays ? Member.Role.STAYING : Member.Role.DRAINING;
    cluster.input(host, new ClusterInput.Drain(how));
    if (stays && random.nextBoolean()) {
      ClusterInput give = new ClusterInput.Drain(Member.Role.DRAINING);
      faultLater(1, 1_000, () -> cluster.input(host, give));
    }
  }

  private void move(Host host) {
    Host to = anyHost();
    if (to.isRunning()) {
      cluster.input(host, new ClusterInput.Move(random.nextInt(BUCKETS), to.id()));
    }
  }

  /** Something happens to a host while a bucket moves. */
  private void strike() {
    Host victim = anyHost();
    switch (random.nextInt(6)) {
      case 0 -> cluster.later(1, STRIKE_NANOS, () -> cluster.kill(victim));
      case 1 -> cluster.later(1, STRIKE_NANOS, () -> cluster.crash(victim));
      case 2 -> {
        cluster.later(1, STRIKE_NANOS, () -> cluster.stop(victim));
        cluster.later(STRIKE_NANOS, 900 * MILLI, () -> cluster.resume(victim));
      }
      default -> {}
    }
  }

  /** A host says that it cannot read the records of buckets that it backs up. */
  private void failToRead(Host host) {
    AllocationTable table = host.isRunning() ? host.node().table() : null;
    for (int number = 0; table != null && number < BUCKETS; number++) {
      Backup backup = table.bucket(number).backupOf(host.id());
      if (backup != null && random.nextInt(3) == 0 && host.isRunning()) {
        cluster.input(host, new ClusterInput.ReplicaUnreadable(number, backup.since()));
      }
    }
  }

  private void load(Host host) {
    Map<Integer, Long> loads = Map.of(random.nextInt(BUCKETS), random.nextLong(30));
    cluster.input(host, new ClusterInput.LoadReport(loads));
  }

  private void repair() {
    cluster.trace("everything is repaired");
    cluster.network.lossThousandths = 0;
    cluster.network.extraDelayNanos = 0;
    cluster.network.loseNone();
    cluster.heal();
    for (Host host : cluster.hosts) {
      host.isUp = true;
      cluster.resume(host);
      if (!host.hasLeft) {
        cluster.start(host);
      }
    }
    cluster.later(4_000 * MILLI, 4_001 * MILLI, this::wantAll);
  }

  private void wantAll() {
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      int number = bucket;
      cluster.hosts.stream()
          .filter(Host::isRunning)
          .forEach(host -> cluster.input(host, new ClusterInput.Wanted(number)));
    }
  }
}
