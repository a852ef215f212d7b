package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.sim.ClusterStory.Plan;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.oracle.PacketRecorder;
import dev.midstream.worlds.plan.ClusterDraw;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Transfers through a cluster under a random schedule: machines crash, processes are killed,
 * stopped and drained, buckets move, the network is cut, delays, loses and repeats, nodes join.
 * Then everything is repaired, and all transfers must end.
 */
final class EngineWorld {
  private static final long MILLI = EngineCluster.MILLI;
  private static final int BUCKETS = 8;

  private static final int MOST_TRANSFERS = 8;
  private static final long MOST_STOPPED_MILLIS = 10_000;

  private final RandomGenerator random;
  private final ClusterStory story;
  private final EngineCluster cluster;
  private final Optional<PacketRecorder> recorder;
  private final WatchedTransfers transfers;
  private final boolean isWeak;
  private boolean isRepaired;
  private int drained;
  private int losses;

  /** The bucket of which the next owner is killed, too; -1 if none. */
  private int doomed = -1;

  EngineWorld(long seed, CommitMode mode) {
    isWeak = !mode.delaysAcknowledgements();
    random = SeededRounds.generator(seed);
    int machines = random.nextInt(20) == 0 ? 6 + random.nextInt(11) : 3 + random.nextInt(3);
    transfers = new WatchedTransfers(worlds(seed, mode));
    story =
        new ClusterStory(
            new Plan(
                machines,
                BUCKETS,
                1 + random.nextInt(2),
                settings(mode),
                transfers.rules(),
                random.nextInt(3) == 0 ? Timeouts.DEFAULTS.withPark(50 * MILLI) : Timeouts.DEFAULTS,
                Path.of(MILLI),
                seed));
    cluster = story.cluster;
    cluster.redirects = random.nextInt(3) == 0;
    recorder =
        cluster.isTraced
            ? Optional.of(new PacketRecorder(Place.INTO_BOX, Place.OUT_OF_BOX))
            : Optional.empty();
    recorder.ifPresent(story.network::observe);
    story.network.observe(transfers);
    story.wrap(inner -> transfers.around(inner, story));
    cluster.calls = () -> transfers.timer(cluster.now());
    cluster.arrivals = packet -> transfers.arrives(packet, cluster.now());
    cluster.openings =
        (machine, open) -> transfers.opens(story, machine, open, story.lastEngine(open.bucket()));
    LostBuckets lost = new LostBuckets(this::lose, cluster::isKnown);
    cluster.tables =
        table -> {
          lost.agreed(table);
          strikeHeir(table);
        };
  }

  private LogSettings settings(CommitMode mode) {
    return new LogSettings(
        mode, NoCopy.CONTINUE, FirstCopies.ALL, (1 + random.nextLong(500)) * MILLI);
  }

  private List<SimulatedWorld> worlds(long seed, CommitMode mode) {
    List<SimulatedWorld> worlds = new ArrayList<>();
    int count = 1 + random.nextInt(8);
    for (int number = 0; number < count; number++) {
      worlds.add(ClusterDraw.of(seed * MOST_TRANSFERS + number, number, mode));
    }
    return worlds;
  }

  private void lose(int bucket) {
    transfers.all().stream()
        .filter(each -> each.isOpened() && story.bucketOf(each.ends()) == bucket)
        .filter(each -> !each.isDone())
        .forEach(each -> each.isLost = true);
  }

  ClusterStory story() {
    return story;
  }

  /** How many transfers did not arrive whole because too little was written of them. */
  int losses() {
    return losses;
  }

  EngineWorld run() {
    try {
      runAll();
    } catch (AssertionError e) {
      transfers.all().forEach(this::trace);
      throw e;
    }
    return this;
  }

  private void trace(WatchedTransfer transfer) {
    recorder.ifPresent(packets -> {
      cluster.trace("bucket " + story.bucketOf(transfer.ends()) + "\n" + transfer.pair().world());
      System.out.println(packets.text(transfer.ends()));
    });
  }

  private void runAll() {
    int first = random.nextInt(3) == 0 ? 2 : cluster.machines.size();
    drift();
    story.whole(first);
    int faults = 1 + random.nextInt(8);
    for (WatchedTransfer each : transfers.all()) {
      cluster.later(0, 1 + random.nextLong(faults * 600L), () -> each.open(story.network));
    }
    boolean isCalm = random.nextInt(4) != 0;
    for (int fault = 0; fault < faults; fault++) {
      if (isCalm) {
        recover();
      }
      story.run(random.nextLong(random.nextInt(3) == 0 ? 30 : 800));
      disturb();
    }
    story.run(random.nextLong(1_000));
    repair();
    story.run(3_000);
    story.awaitWithin(30_000, story::isWhole);
    long deadline = story.network.nowNanos() + 900_000 * MILLI;
    while (!isDone() && story.network.nowNanos() < deadline) {
      story.run(100);
    }
    check();
    cluster.running().forEach(each -> Objects.requireNonNull(each.memory).check(each.engines()));
  }

  /** Waits until one fault is over, so that the next one meets a whole cluster. */
  private void recover() {
    for (int i = 0; i < 60 && !story.isWhole(); i++) {
      story.run(50);
    }
  }

  private boolean isDone() {
    return transfers.all().stream().allMatch(each -> each.isLost || each.isDone());
  }

  private void check() {
    for (WatchedTransfer each : transfers.all()) {
      if (!each.isLost) {
        check(each);
      }
    }
  }

  private void check(WatchedTransfer transfer) {
    Set<Reason> reported = story.events.of(transfer.ends());
    transfer.check(reported);
    losses += isWeak && transfer.isBroken(reported) ? 1 : 0;
  }

  /** The transfers. */
  List<WatchedTransfer> transfers() {
    return transfers.all();
  }

  // ---- faults

  private Machine any() {
    return cluster.machines.get(random.nextInt(cluster.machines.size()));
  }

  private void disturb() {
    Machine machine = any();
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> {
        cluster.kill(machine);
        startLater(machine, 1_500);
      }
      case 3 -> {
        cluster.crash(machine);
        startLater(machine, 2_500);
      }
      case 4 -> {
        cluster.stop(machine);
        cluster.later(10, MOST_STOPPED_MILLIS, () -> cluster.resume(machine));
      }
      case 5 -> {
        cluster.cut(random.nextInt(1 << cluster.machines.size()));
        cluster.later(20, 2_000, cluster::heal);
      }
      case 6, 7 -> move();
      case 8 -> {
        move();
        strikeLater();
      }
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

  /** All clocks go on at other rates: 1/64 wrong at most. */
  private void drift() {
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
    int bucket = random.nextInt(BUCKETS);
    cluster.machines.stream()
        .filter(each -> each.mayEmit(bucket, cluster.now()))
        .findFirst()
        .ifPresent(owner -> {
          doomed = bucket;
          cluster.kill(owner);
          startLater(owner, 1_500);
        });
  }

  private void strikeHeir(AllocationTable table) {
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
    if (to.isRunning()) {
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        cluster.input(any(), new ClusterInput.Move(bucket, to.id()));
      }
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
            cluster.stop(victim);
            cluster.later(10, MOST_STOPPED_MILLIS, () -> cluster.resume(victim));
          } else {
            cluster.kill(victim);
          }
        });
  }

  private void drain(Machine machine) {
    if (drained < cluster.machines.size() - 2) {
      drained++;
      cluster.input(machine, new ClusterInput.Drain(Member.Role.DRAINING));
    }
  }

  private void repair() {
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
