package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterSettings;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What happens to the machines of a cluster, and their network, until all is repaired. */
final class ClusterFaults {
  private static final long MILLI = EngineCluster.MILLI;
  private static final long MOST_STOPPED_MILLIS = 10_000;
  private static final long LEAST_LONG_MILLIS = 500;
  private static final long MOST_PAUSE_MILLIS = 30;
  private static final long MOST_STAY_MILLIS = 1_000;
  private static final long MOST_GIVE_MILLIS = 6_000;
  private static final int ATTEMPTS = 5;
  private static final int MOVES = 12;
  private static final long MOVING_MILLIS = 1_500;

  private final RandomGenerator random;
  private final ClusterStory story;
  private final EngineCluster cluster;
  private final WatchedTransfers transfers;
  private final @Nullable RandomGenerator staying;
  private boolean isRepaired;
  private int drained;

  /** The bucket of which the next owner is killed, too; -1 if none. */
  private int doomed = -1;

  /**
   * Draws from {@code random}.
   *
   * @param staying draws what it takes that connections stay with a node that is drained; null if
   *     none do
   */
  ClusterFaults(
      RandomGenerator random,
      @Nullable RandomGenerator staying,
      ClusterStory story,
      WatchedTransfers transfers) {
    this.random = random;
    this.staying = staying;
    this.story = story;
    this.transfers = transfers;
    cluster = story.cluster;
  }

  private Machine any() {
    return cluster.machines.get(random.nextInt(cluster.machines.size()));
  }

  /** Something happens. */
  void disturb() {
    Machine machine = any();
    switch (random.nextInt(20)) {
      case 0, 1, 2 -> {
        cluster.kill(machine);
        startLater(machine, 1_500);
      }
      case 3 -> {
        cluster.crash(machine);
        startLater(machine, 2_500);
      }
      case 4 -> stop(machine, 10);
      case 5 -> cut(machine);
      case 6, 7 -> move();
      case 8 -> {
        move();
        strikeLater();
      }
      case 16, 17, 18, 19 -> moveOften();
      case 9 -> drain(machine);
      case 10 -> killInTurn();
      case 11 -> cluster.machines.forEach(each -> cluster.later(0, 100, () -> start(each)));
      case 12 -> drift();
      case 13 -> loseTables();
      case 14 -> failToRead(machine);
      default -> {
        cluster.carrier.lossThousandths = random.nextInt(2) == 0 ? random.nextInt(300) : 0;
        cluster.carrier.repeatThousandths = random.nextInt(300);
        cluster.carrier.extraDelayNanos = 1 + random.nextLong(30 * MILLI);
      }
    }
  }

  /**
   * A machine is stopped for a while. Beside one that is alone and stopped another one would begin
   * alone, if it is to continue.
   */
  private void stop(Machine machine, long leastMillis) {
    AllocationTable table = machine.isRunning() ? machine.node().table() : null;
    boolean isAlone = table != null && table.voterIds().size() == 1;
    if (!isAlone || cluster.settings.lone() != ClusterSettings.Lone.CONTINUE) {
      cluster.stop(machine);
      cluster.later(leastMillis, MOST_STOPPED_MILLIS, () -> cluster.resume(machine));
    }
  }

  /** The network is cut; a machine is stopped instead if both parts would go on. */
  private void cut(Machine machine) {
    if (cluster.settings.lone() == ClusterSettings.Lone.CONTINUE) {
      stop(machine, LEAST_LONG_MILLIS);
    } else {
      cluster.cut(random.nextInt(1 << cluster.machines.size()));
      cluster.later(20, 2_000, cluster::heal);
    }
  }

  /** All clocks go on at other rates: 1/64 wrong at most. */
  void drift() {
    for (Machine each : cluster.machines) {
      each.drift(1 + (2 * random.nextDouble() - 1) / 64, cluster.now());
    }
  }

  private static boolean isOfTables(ClusterMessage message) {
    return message instanceof ClusterMessage.Propose
        || message instanceof ClusterMessage.Accepted
        || message instanceof ClusterMessage.Install;
  }

  /** Some messages about tables are lost for a while. */
  private void loseTables() {
    int thousandths = random.nextInt(1_001);
    cluster.carrier.nodeLoss =
        (from, to, message) -> isOfTables(message) && random.nextInt(1_000) < thousandths;
    cluster.later(20, 1_000, this::loseNoTables);
  }

  private void loseNoTables() {
    cluster.carrier.nodeLoss = (from, to, message) -> false;
  }

  /** A machine cannot read any record for a while. */
  private void failToRead(Machine machine) {
    cluster.carrier.deaf = machine;
    cluster.later(10, 500, () -> cluster.carrier.deaf = null);
  }

  private void start(Machine machine) {
    if (!machine.hasLeft) {
      cluster.start(machine);
    }
  }

  private void startLater(Machine machine, long maxMillis) {
    if (random.nextInt(4) != 0) {
      cluster.later(1, maxMillis, () -> start(machine));
    }
  }

  /** The owner of a bucket is killed, and soon after it has taken over its heir. */
  private void killInTurn() {
    int bucket = random.nextInt(cluster.buckets.count());
    cluster.machines.stream()
        .filter(each -> each.mayEmit(bucket, cluster.now()))
        .findFirst()
        .ifPresent(owner -> {
          doomed = bucket;
          cluster.kill(owner);
          startLater(owner, 1_500);
        });
  }

  /** Kills the owner that {@code table} gives a bucket whose last one was killed for that. */
  void strikeHeir(AllocationTable table) {
    NodeId owner = doomed < 0 ? null : table.bucket(doomed).owner();
    if (owner != null && cluster.machineOf(owner).runs(owner)) {
      doomed = -1;
      long most = random.nextBoolean() ? 1 : 40;
      cluster.later(0, most, () -> killUnlessRepaired(owner));
    }
  }

  private void killUnlessRepaired(NodeId node) {
    Machine machine = cluster.machineOf(node);
    if (!isRepaired && machine.runs(node)) {
      cluster.kill(machine);
      startLater(machine, 1_500);
    }
  }

  private void move() {
    Machine to = any();
    for (int bucket = 0; bucket < cluster.buckets.count(); bucket++) {
      move(bucket, to);
    }
  }

  private void move(int bucket, Machine to) {
    if (to.isRunning()) {
      cluster.input(any(), new ClusterInput.Move(bucket, to.id()));
    }
  }

  /** Something happens to a machine while buckets move. */
  private void strikeLater() {
    Machine victim = any();
    boolean stops = random.nextInt(3) == 0;
    cluster.later(
        0,
        60,
        () -> {
          if (isRepaired) {
            return;
          }
          if (stops) {
            stop(victim, 10);
          } else {
            cluster.kill(victim);
          }
        });
  }

  /** The bucket of a connection moves on and on, between machines that are busy at times. */
  private void moveOften() {
    List<WatchedTransfer> open =
        transfers.all().stream().filter(each -> each.isOpened() && !each.isDone()).toList();
    int bucket =
        open.isEmpty()
            ? random.nextInt(cluster.buckets.count())
            : story.bucketOf(open.get(random.nextInt(open.size())).ends());
    for (int i = 0; i < MOVES; i++) {
      cluster.later(
          0,
          MOVING_MILLIS,
          () -> {
            if (!isRepaired) {
              move(bucket, any());
              pauseSoon(any());
            }
          });
    }
  }

  /** A machine does nothing for a moment. */
  private void pauseSoon(Machine machine) {
    cluster.later(
        0,
        10,
        () -> {
          if (!machine.isStopped) {
            cluster.stop(machine);
            cluster.later(0, MOST_PAUSE_MILLIS, () -> cluster.resume(machine));
          }
        });
  }

  void drain(Machine machine) {
    boolean ignored = drain(machine, staying != null && staying.nextBoolean());
  }

  /** Two nodes are left, and all dispatchers; returns false if it would be fewer. */
  private boolean drain(Machine machine, boolean stays) {
    long nodes = cluster.machines.stream().filter(each -> !each.isDispatcher).count();
    if (machine.isDispatcher || drained >= nodes - 2) {
      return false;
    }
    drained++;
    Member.Role how = stays ? Member.Role.STAYING : Member.Role.DRAINING;
    cluster.input(machine, new ClusterInput.Drain(how));
    return true;
  }

  /**
   * What stays with {@code machine} is to be handed over. It leaves, too, if it did not and two
   * nodes are left then: one alone would hold for ever what waits for a copy.
   */
  void give(Machine machine) {
    if (machine.node().isDraining()) {
      cluster.input(machine, new ClusterInput.Drain(Member.Role.DRAINING));
    } else {
      boolean ignored = drain(machine, /* stays= */ false);
    }
  }

  /** In every second cluster a machine with connections is drained, and they stay with it. */
  void staySoon() {
    if (staying != null && staying.nextBoolean()) {
      stayLater(staying, ATTEMPTS);
    }
  }

  private void stayLater(RandomGenerator drawn, int attempts) {
    long nanos = cluster.now() + drawn.nextLong(MOST_STAY_MILLIS) * MILLI;
    cluster.at(
        nanos,
        () -> {
          List<Machine> busy = isRepaired ? List.of() : busy();
          if (!busy.isEmpty()) {
            Machine machine = busy.get(drawn.nextInt(busy.size()));
            if (drain(machine, /* stays= */ true)) {
              giveLater(drawn, machine);
            }
          } else if (attempts > 1 && !isRepaired) {
            stayLater(drawn, attempts - 1);
          }
        });
  }

  /** The machines with open connections, once for each. */
  private List<Machine> busy() {
    return transfers.all().stream()
        .filter(each -> each.isOpened() && !each.isDone())
        .map(each -> story.bucketOf(each.ends()))
        .flatMap(
            bucket -> cluster.machines.stream().filter(each -> each.mayEmit(bucket, cluster.now())))
        .toList();
  }

  /** In every second one what stays there is handed over later. */
  private void giveLater(RandomGenerator drawn, Machine machine) {
    if (drawn.nextBoolean()) {
      NodeId life = machine.id();
      cluster.at(
          cluster.now() + drawn.nextLong(MOST_GIVE_MILLIS) * MILLI,
          () -> {
            if (machine.runs(life)) {
              cluster.input(machine, new ClusterInput.Drain(Member.Role.DRAINING));
            }
          });
    }
  }

  /** Everything runs again, and nothing happens any more. */
  void repair() {
    cluster.trace("everything is repaired");
    isRepaired = true;
    cluster.carrier.lossThousandths = 0;
    cluster.carrier.repeatThousandths = 0;
    cluster.carrier.extraDelayNanos = 0;
    cluster.carrier.deaf = null;
    loseNoTables();
    cluster.heal();
    for (Machine each : cluster.machines) {
      each.isUp = true;
      cluster.resume(each);
      start(each);
    }
    cluster.later(2_500, 2_501, story::wantAll);
  }
}
