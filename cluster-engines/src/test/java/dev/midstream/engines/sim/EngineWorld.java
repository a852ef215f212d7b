package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.sim.ClusterStory.Plan;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.oracle.PacketRecorder;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Transfers through a cluster under a random schedule: machines crash, processes are killed,
 * stopped and drained, buckets move, the network is cut, delays, loses and repeats, nodes join.
 * Then everything is repaired, and all transfers must end.
 */
final class EngineWorld {
  private static final long MILLI = EngineCluster.MILLI;
  private static final int BUCKETS = 8;

  private static final long MOST_STOPPED_MILLIS = 10_000;

  private final RandomGenerator random;
  private final ClusterStory story;
  private final EngineCluster cluster;
  private final Optional<PacketRecorder> recorder;
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
    story =
        new ClusterStory(
            new Plan(
                machines,
                BUCKETS,
                1 + random.nextInt(2),
                settings(mode),
                random.nextBoolean() ? Texts.agent() : Texts.agent().exactly(),
                random.nextInt(3) == 0 ? Timeouts.DEFAULTS.withPark(50 * MILLI) : Timeouts.DEFAULTS,
                path(),
                seed));
    cluster = story.cluster;
    cluster.redirects = random.nextInt(3) == 0;
    recorder =
        cluster.isTraced
            ? Optional.of(new PacketRecorder(Place.INTO_BOX, Place.OUT_OF_BOX))
            : Optional.empty();
    recorder.ifPresent(story.network::observe);
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

  private Path path() {
    Path path = Path.of(1 + random.nextLong(60 * MILLI));
    return random.nextInt(3) == 0
        ? path
        : path.withFaults(
            WireFaults.losing(random.nextDouble() * 0.03)
                .withReordering(random.nextDouble() * 0.05, random.nextLong(10 * MILLI)));
  }

  private void lose(int bucket) {
    story.transfers.stream()
        .filter(each -> story.bucketOf(each.ends) == bucket && !each.isDone())
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
    int first = random.nextInt(3) == 0 ? 2 : cluster.machines.size();
    story.whole(first);
    int faults = 1 + random.nextInt(8);
    int transfers = 1 + random.nextInt(8);
    for (int i = 0; i < transfers; i++) {
      Ends ends = Ends.IPV4.withPorts(40_000 + i, 80).withIsns(random.nextInt(), random.nextInt());
      cluster.later(0, 1 + random.nextLong(faults * 600L), () -> begin(ends));
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
    return this;
  }

  /** Waits until one fault is over, so that the next one meets a whole cluster. */
  private void recover() {
    for (int i = 0; i < 60 && !story.isWhole(); i++) {
      story.run(50);
    }
  }

  private boolean isDone() {
    return story.transfers.stream().allMatch(each -> each.isLost || each.isDone());
  }

  private void check() {
    for (Transfer each : story.transfers) {
      if (!each.isLost) {
        check(each);
      }
    }
  }

  private void check(Transfer transfer) {
    try {
      if (isWeak) {
        losses += transfer.checkWeak(story.events.of(transfer.ends)) ? 1 : 0;
      } else {
        transfer.check();
      }
    } catch (AssertionError e) {
      int bucket = story.bucketOf(transfer.ends);
      cluster.trace("bucket " + bucket + "\n" + transfer.talk());
      recorder.ifPresent(packets -> System.out.println(packets.text(transfer.ends)));
      throw e;
    }
  }

  private void begin(Ends ends) {
    EndpointOptions options =
        random.nextInt(4) == 0 ? EndpointOptions.CLASSIC : EndpointOptions.MODERN;
    int awaiting = random.nextInt(3);
    story.transfer(
        new Transfer(
            ends,
            options.withMaxTimeouts(40),
            application(awaiting == 1),
            application(awaiting == 2),
            Texts::edited));
  }

  private Application application(boolean awaitsEnd) {
    Application script = new Application();
    int parts = 1 + random.nextInt(12);
    int bytes = 1 + random.nextInt(40_000);
    for (int part = 0; part < parts; part++) {
      script.write(Texts.drawn(random, 1 + bytes / parts));
      if (random.nextBoolean()) {
        script.pause(random.nextLong(500 * MILLI));
      }
    }
    return awaitsEnd ? script.awaitEnd().close() : script.close();
  }

  // ---- faults

  private Machine any() {
    return cluster.machines.get(random.nextInt(cluster.machines.size()));
  }

  private void disturb() {
    Machine machine = any();
    switch (random.nextInt(13)) {
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
      default -> {
        cluster.carrier.lossThousandths = random.nextInt(2) == 0 ? random.nextInt(300) : 0;
        cluster.carrier.repeatThousandths = random.nextInt(300);
        cluster.carrier.extraDelayNanos = 1 + random.nextLong(30 * MILLI);
      }
    }
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
    cluster.heal();
    for (Machine each : cluster.machines) {
      each.isUp = true;
      cluster.resume(each);
      start(each);
    }
    cluster.later(2_500, 2_501, story::wantAll);
  }
}
