package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.cluster.node.ClusterSettings.Lone;
import dev.midstream.engines.log.LogSettings;
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

  /** What no owner can read stays for a minute. */
  private static final long MOST_LEAVING_MILLIS = 90_000;

  /** How many transfers a cluster has at most. */
  static final int MOST_TRANSFERS = 8;

  private static final int ROUNDS = 4;
  private static final long MOST_RING_NANOS = 5 * MILLI;

  private final RandomGenerator random;
  private final ClusterStory story;
  private final EngineCluster cluster;
  private final Optional<PacketRecorder> recorder;
  private final WatchedTransfers transfers;
  private final CoverageWatch coverage;
  private final boolean isWeak;
  private final Breadth breadth;
  private final boolean movesOn;
  private final ClusterFaults faults;
  private final FurtherFaults further;
  private final StepFaults stepping;
  private final MoveOnFaults movingOn;
  private int losses;

  /**
   * Draws a cluster whose nodes have up to {@code mostWorkers} workers each.
   *
   * @param breadth what it may have, and what may happen
   */
  EngineWorld(long seed, CommitMode mode, int mostWorkers, Breadth breadth) {
    this.breadth = breadth;
    movesOn = breadth.isFurther() && breadth.beside(seed, 7).nextInt(3) == 0;
    FurtherDraw drawn = new FurtherDraw(breadth.beside(seed, 2), breadth.isFurther());
    isWeak = !mode.delaysAcknowledgements();
    random = SeededRounds.generator(seed);
    RandomGenerator wide = breadth.beside(~seed, 1);
    int machines = breadth.isWide() && wide.nextInt(3) == 0 ? pair() : many();
    Lone lone = breadth.isWide() && wide.nextInt(machines) == 0 ? Lone.CONTINUE : drawn.lone();
    boolean stay = breadth.isWide();
    boolean redirects = random.nextInt(3) == 0;
    boolean travels = redirects || (stay && breadth.isFurther()); // between nodes, in datagrams
    FirstCopies firstCopies = random.nextBoolean() ? FirstCopies.ALL : FirstCopies.COMMANDS;
    transfers =
        new WatchedTransfers(worlds(seed, mode, firstCopies, travels, drawn.hasBoldAgents()));
    Plan plan = plan(machines, mode, firstCopies, drawn, seed, lone);
    story = new ClusterStory(plan, redirects ? random.nextInt(3) : 0);
    coverage =
        new CoverageWatch(story.cluster, mode, ClusterStory.reader(plan), transfers::hasStayed);
    cluster = story.cluster;
    cluster.segments.redirects = redirects;
    cluster.segments.mostRingNanos = 1 + random.nextLong(MOST_RING_NANOS);
    drawWorkers(breadth.beside(seed, 1), mostWorkers);
    recorder =
        cluster.isTraced
            ? Optional.of(new PacketRecorder(Place.INTO_BOX, Place.OUT_OF_BOX))
            : Optional.empty();
    observe();
    faults = new ClusterFaults(random, stay ? breadth.beside(seed + 1, 1) : null, story, transfers);
    further = new FurtherFaults(breadth.beside(seed, 3), story, transfers, faults);
    stepping = new StepFaults(breadth.beside(seed, 4), story.cluster, faults);
    movingOn = new MoveOnFaults(breadth.beside(seed, 6), story, transfers);
    if (breadth.isFurther() && !movesOn) {
      stepping.begin();
    }
    watchTables();
  }

  private Plan plan(
      int machines,
      CommitMode mode,
      FirstCopies firstCopies,
      FurtherDraw drawn,
      long seed,
      Lone lone) {
    return new Plan(
        machines,
        BUCKETS,
        drawn.copies(1 + random.nextInt(2)),
        settings(mode, firstCopies, drawn.noCopy()),
        transfers.rules(),
        random.nextInt(3) == 0 ? Timeouts.DEFAULTS.withPark(50 * MILLI) : Timeouts.DEFAULTS,
        Path.of(MILLI),
        seed,
        lone,
        reallocation(seed));
  }

  private void observe() {
    recorder.ifPresent(story.network::observe);
    story.wrap(inner -> transfers.around(inner, story));
    cluster.calls =
        () -> {
          transfers.noteHome(story);
          transfers.noteHolders(story);
          transfers.timer(cluster.now());
        };
    cluster.arrivals =
        packet -> {
          transfers.noteHome(story);
          transfers.arrives(packet, cluster.now());
        };
    cluster.departures =
        (machine, packet) -> {
          transfers.noteHome(story);
          transfers.leaves(packet, cluster.now());
          coverage.leaves(machine, packet);
        };
    cluster.openings =
        (machine, open) -> transfers.opens(story, machine, open, story.lastEngine(open.bucket()));
    cluster.staying.obeyed =
        (machine, worker, table) -> transfers.obeys(story, machine, worker, table);
    cluster.staying.logged =
        (machine, from, message) -> transfers.hears(story, machine, from, message);
  }

  /** How often something happened while a bucket moved on of which connections stayed. */
  int movedOn() {
    return movingOn.strikes();
  }

  /** In half of the clusters open connections stay where their buckets were. */
  private ClusterSettings.Reallocation reallocation(long seed) {
    boolean stays = movesOn || (breadth.isFurther() && breadth.beside(seed, 5).nextInt(3) == 0);
    return stays ? ClusterSettings.Reallocation.STAY : ClusterSettings.Reallocation.MOVE;
  }

  private int many() {
    return random.nextInt(20) == 0 ? 6 + random.nextInt(11) : 3 + random.nextInt(3);
  }

  private int pair() {
    return Math.min(2, many()); // what is drawn next is the same
  }

  private void watchTables() {
    LostBuckets lost = new LostBuckets(this::lose, this::isKnown);
    cluster.tables =
        table -> {
          lost.agreed(table);
          faults.strikeHeir(table);
        };
  }

  /** Whether a node that runs knows that {@code table}, or a later one, is agreed on. */
  private boolean isKnown(AllocationTable table) {
    return cluster.running().stream()
        .filter(each -> !each.isDispatcher)
        .map(each -> each.node().table())
        .anyMatch(its -> its != null && !table.version().isAfter(its.version()));
  }

  /** In every second cluster each node has one. */
  private void drawWorkers(RandomGenerator drawn, int mostWorkers) {
    int most = drawn.nextBoolean() ? mostWorkers : 1;
    cluster.machines.forEach(each -> each.workers = 1 + drawn.nextInt(most));
  }

  private LogSettings settings(CommitMode mode, FirstCopies firstCopies, NoCopy noCopy) {
    return new LogSettings(mode, noCopy, firstCopies, (1 + random.nextLong(500)) * MILLI);
  }

  private List<SimulatedWorld> worlds(
      long seed, CommitMode mode, FirstCopies firstCopies, boolean travels, boolean isBold) {
    List<SimulatedWorld> worlds = new ArrayList<>();
    int count = 1 + random.nextInt(8);
    for (int number = 0; number < count; number++) {
      long own = seed * MOST_TRANSFERS + number;
      SimulatedWorld plain = ClusterDraw.of(own, number, mode, firstCopies);
      SimulatedWorld world = isBold ? ClusterDraw.withBoldAgent(plain, own) : plain;
      worlds.add(travels ? ClusterDraw.leavingElsewhere(world) : world);
    }
    return worlds;
  }

  /** The owner of a bucket knows nothing; connections that stay elsewhere are not with it. */
  private void lose(AllocationTable table, int bucket) {
    transfers.all().stream()
        .filter(each -> each.isOpened() && story.bucketOf(each.ends()) == bucket)
        .filter(each -> !each.isDone() && !each.staysIn(table, bucket))
        .forEach(each -> each.isLost = true);
  }

  /** How many machines have left because they were drained. */
  long left() {
    return cluster.machines.stream().filter(each -> each.hasLeft).count();
  }

  /** How often what left was compared with a replica of another node. */
  long compared() {
    return coverage.compared();
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
    faults.drift();
    story.whole(first);
    faults.staySoon();
    int count = 1 + random.nextInt(8);
    for (WatchedTransfer each : transfers.all()) {
      cluster.later(0, 1 + random.nextLong(count * 600L), () -> each.open(story.network));
    }
    boolean isCalm = random.nextInt(4) != 0;
    for (int round = 0; movesOn && round < ROUNDS * count; round++) {
      recover();
      movingOn.disturb();
    }
    for (int fault = 0; !movesOn && fault < count; fault++) {
      if (isCalm) {
        recover();
      }
      story.run(random.nextLong(random.nextInt(3) == 0 ? 30 : 800));
      if (!breadth.isFurther() || !further.disturb()) {
        faults.disturb();
      }
    }
    story.run(random.nextLong(1_000));
    further.repair();
    stepping.repair();
    movingOn.repair();
    faults.repair();
    story.run(3_000);
    story.awaitWithin(30_000, story::isWhole);
    long deadline = story.network.nowNanos() + 900_000 * MILLI;
    while (!isDone() && story.network.nowNanos() < deadline) {
      story.run(100);
    }
    story.awaitWithin(MOST_LEAVING_MILLIS, () -> story.isWhole() && story.isDrained());
    check();
    checkMemories();
  }

  private void checkMemories() {
    for (Machine each : cluster.running()) {
      for (int worker = 0; worker < each.all().size(); worker++) {
        each.memories.get(worker).check(each.all().get(worker).engines());
      }
    }
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
      } else if (each.isOpened()) {
        each.checkLost();
      }
    }
  }

  private void check(WatchedTransfer transfer) {
    Set<Reason> reported = story.events.of(transfer.ends());
    transfer.check(reported);
    if (transfer.isClosed()) {
      return;
    }
    if (isWeak) {
      transfer.requireReported(reported);
      losses++;
    } else if (!transfer.isReset()) {
      throw new AssertionError("it is not closed in order:\n" + transfer.pair().talk());
    }
  }

  /** How often something happened between steps in which connections are listed or given. */
  int strikes() {
    return stepping.strikes();
  }

  /** The transfers. */
  List<WatchedTransfer> transfers() {
    return transfers.all();
  }
}
