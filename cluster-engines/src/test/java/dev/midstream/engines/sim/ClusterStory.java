package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.engines.log.BucketLog;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.engines.worker.StaySteps;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.flow.ConnectionPool;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RulePolicies;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.wire.packet.Box;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A cluster between the ends of connections. Times are in milliseconds; clocks differ by 1/64. */
final class ClusterStory {
  private static final long MILLI = EngineCluster.MILLI;

  final EngineCluster cluster;
  final SimulatedNetwork network;
  final List<Transfer> transfers = new ArrayList<>();
  final CountedEvents events = new CountedEvents();
  private final Map<Integer, Engine> engines = new HashMap<>();
  private final Map<Integer, Engine> staying = new HashMap<>();
  private final Openings openings = new Openings();
  private final int copies;
  private Box box;

  /** A cluster of which no machine runs yet. */
  ClusterStory(Plan plan) {
    this(plan, 0);
  }

  /** A cluster whose packets come and leave by {@code dispatchers}, which are the last machines. */
  ClusterStory(Plan plan, int dispatchers) {
    copies = plan.copies();
    RandomGenerator random = SeededRounds.generator(plan.seed());
    List<Machine> machines = new ArrayList<>();
    for (int number = 0; number < plan.machines() + dispatchers; number++) {
      machines.add(new Machine(number, 1 + (number % 3 - 1) / 64.0));
      machines.getLast().isDispatcher = number >= plan.machines();
    }
    EngineConfiguration configuration = configuration(plan);
    cluster =
        new EngineCluster(
            random,
            settings(plan, machines),
            plan.log(),
            machine -> engines(machine, configuration),
            machines);
    cluster.staying.stops = this::noteStop;
    cluster.segments.redirects = dispatchers > 0;
    cluster.isTraced = Boolean.getBoolean("midstream.trace");
    box = cluster;
    network = new SimulatedNetwork(plan.path(), plan.seed()).place(cluster);
  }

  /** Places another box between the cluster and the wires. */
  void wrap(UnaryOperator<Box> around) {
    box = around.apply(cluster);
  }

  private static ClusterSettings settings(Plan plan, List<Machine> machines) {
    return new ClusterSettings(
        plan.buckets(),
        plan.copies(),
        4,
        400 * MILLI,
        2_000 * MILLI,
        plan.reallocation(),
        plan.lone(),
        1,
        machines.stream().filter(each -> !each.isDispatcher).map(each -> each.address).toList(),
        machines.stream().filter(each -> each.isDispatcher).map(each -> each.address).toList(),
        Member.Role.ACTIVE);
  }

  /** The settings of a dispatcher of a cluster whose nodes have {@code settings}. */
  static ClusterSettings ofDispatcher(ClusterSettings settings) {
    return new ClusterSettings(
        settings.buckets(),
        settings.copies(),
        settings.maxMoves(),
        settings.detectNanos(),
        settings.balanceNanos(),
        settings.reallocation(),
        settings.lone(),
        settings.configuration(),
        settings.addresses(),
        settings.dispatchers(),
        Member.Role.DISPATCHER);
  }

  /** A rule that gives all connections to {@code agent}. */
  static List<Rule> all(Agent<?> agent) {
    return List.of(
        new Rule(
            "all",
            Match.ANY,
            Action.ALLOW,
            "test",
            agent,
            Mode.ENFORCE,
            RulePolicies.NONE,
            List.of()));
  }

  private static EngineConfiguration configuration(Plan plan) {
    return new EngineConfiguration(
        Mode.ENFORCE,
        new RuleTable(plan.rules(), Action.ALLOW, Mode.ENFORCE),
        Policies.DEFAULTS,
        EngineLimits.DEFAULTS,
        plan.timeouts(),
        Vantage.INLINE);
  }

  /** An engine beside the cluster, which only reads records. */
  static Engine reader(Plan plan) {
    return new Engine(
        configuration(plan),
        new HashSeed(1, 2),
        UnpooledByteBufAllocator.DEFAULT,
        new CountedEvents());
  }

  /** Makes the engines of a worker, which share their limits. */
  private BucketEngineFactory engines(Machine machine, EngineConfiguration configuration) {
    SharedMemory memory = new SharedMemory(configuration);
    machine.memories.add(memory);
    return new BucketEngineFactory() {
      @Override
      public Engine create(int bucket, CommitLog log, ConnectionRouter router) {
        Engine engine =
            new Engine(configuration, new HashSeed(1, 2), memory.resources(), log, router, events);
        if (isLatest(machine, bucket, ((BucketLog) log).epoch())) {
          engines.put(bucket, engine);
        }
        return engine;
      }

      @Override
      public ConnectionPool connections() {
        return cluster.staying.pools.apply(memory.resources().connections());
      }

      @Override
      public StaySteps staySteps() {
        return cluster.staying.steps;
      }
    };
  }

  /** Whether {@code bucket}, which {@code machine} is opening, was not opened later elsewhere. */
  boolean isLatest(Machine machine, int bucket, long epoch) {
    AllocationTable table = Objects.requireNonNull(machine.node().table());
    return openings.isLatest(bucket, table.founder(), epoch);
  }

  /** The engine of {@code bucket} that was opened last, on any machine; null if there was none. */
  @Nullable Engine lastEngine(int bucket) {
    return engines.get(bucket);
  }

  /** The engine that may send packets of {@code ends}; null if there is none. */
  @Nullable Engine emitting(Ends ends) {
    for (Machine each : cluster.machines) {
      Engine found = each.sending(bucketOf(ends), endsOf(ends), cluster.now());
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private void noteStop(Machine machine, ClusterEffect.StopBucket stop) {
    Engine stopped = engines.get(stop.bucket());
    if (stop.stays() && stopped != null && hasEngine(machine, stop.bucket())) {
      staying.put(stop.bucket(), stopped);
    }
  }

  /** The engine of connections of {@code bucket} that stayed last, on any machine; or null. */
  @Nullable Engine stayingEngine(int bucket) {
    return staying.get(bucket);
  }

  /** Whether {@code bucket} is open on {@code machine}. */
  boolean hasEngine(Machine machine, int bucket) {
    List<Integer> open = new ArrayList<>();
    machine.engines(bucket).forEachEngine((number, engine) -> open.add(number));
    return open.contains(bucket);
  }

  Machine machine(int number) {
    return cluster.machines.get(number);
  }

  /** All machines run, are members, and share buckets with complete backups. */
  ClusterStory whole() {
    return whole(cluster.machines.size());
  }

  /** The first {@code count} machines run, are members, and share buckets. */
  ClusterStory whole(int count) {
    cluster.machines.subList(0, count).forEach(cluster::start);
    awaitWithin(8_000, () -> members() == count);
    wantAll();
    awaitWithin(8_000, this::isWhole);
    return this;
  }

  void wantAll() {
    for (int bucket = 0; bucket < cluster.buckets.count(); bucket++) {
      int number = bucket;
      cluster.machines.forEach(each -> cluster.input(each, new ClusterInput.Wanted(number)));
    }
  }

  int members() {
    Machine first = machine(0);
    AllocationTable table = first.isRunning() ? first.node().table() : null;
    return table == null ? 0 : table.members().size();
  }

  void run(long millis) {
    network.place(box); // its deadline may have changed
    network.runUntil(network.nowNanos() + millis * MILLI);
    cluster.advanceTo(network.nowNanos());
  }

  /** Runs until {@code condition} holds; returns after how many milliseconds. */
  long awaitWithin(long millis, BooleanSupplier condition) {
    for (long waited = 0; waited <= millis; waited++) {
      if (condition.getAsBoolean()) {
        return waited;
      }
      run(1);
    }
    cluster.running().forEach(each -> System.out.println(each + " " + each.node()));
    transfers.stream()
        .filter(each -> !each.isDone())
        .forEach(each -> System.out.println(each.ends + " " + each.talk()));
    throw new AssertionError("not within " + millis + " ms");
  }

  /** Begins a transfer in both directions. */
  Transfer transfer(Transfer transfer) {
    transfers.add(transfer.open(network));
    return transfer;
  }

  /** All transfers end, and their streams are right. */
  void finishWithin(long millis) {
    awaitWithin(millis, () -> transfers.stream().allMatch(Transfer::isDone));
    transfers.forEach(Transfer::check);
  }

  /** The machine that coordinates. */
  Machine coordinator() {
    List<Machine> all =
        cluster.running().stream()
            .filter(each -> each.node().isCoordinator(each.clock(cluster.now())))
            .toList();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  AllocationTable table() {
    return Objects.requireNonNull(coordinator().node().table());
  }

  /** Whether every bucket is owned, has complete backups that count, and is not on the move. */
  boolean isWhole() {
    for (int bucket = 0; bucket < cluster.buckets.count(); bucket++) {
      int number = bucket;
      if (cluster.machines.stream().noneMatch(each -> each.mayEmit(number, cluster.now()))) {
        return false;
      }
    }
    long coordinators =
        cluster.running().stream()
            .filter(each -> each.node().isCoordinator(each.clock(cluster.now())))
            .count();
    return coordinators == 1 && table().buckets().stream().allMatch(this::isWhole);
  }

  private boolean isWhole(Bucket bucket) {
    long active = table().members().stream().filter(Member::isActive).count();
    long unreadable = bucket.backups().stream().filter(Backup::unreadable).count();
    long complete = bucket.backups().stream().filter(Backup::complete).count();
    return bucket.from() == null
        && bucket.target() == null
        && complete == Math.min(copies, active - 1 - unreadable)
        && bucket.backups().size() == complete + unreadable;
  }

  /** Whether no member is about to leave, unless none is active that could go on. */
  boolean isDrained() {
    List<Member> members = table().members();
    return members.stream().noneMatch(Member::isDraining)
        || members.stream().noneMatch(Member::isActive);
  }

  int bucketOf(Ends ends) {
    Octets client = ends.addressOfSender(Direction.CLIENT_TO_SERVER);
    Octets server = ends.addressOfSender(Direction.SERVER_TO_CLIENT);
    return cluster.buckets.of(
        number(client, 0, client.length() - 8),
        number(client, client.length() - 8, client.length()),
        number(server, 0, server.length() - 8),
        number(server, server.length() - 8, server.length()),
        ends.clientPort(),
        ends.serverPort());
  }

  /** The ends as nodes name them that keep connections. */
  static ConnectionEnds endsOf(Ends ends) {
    Octets client = ends.addressOfSender(Direction.CLIENT_TO_SERVER);
    Octets server = ends.addressOfSender(Direction.SERVER_TO_CLIENT);
    return ConnectionEnds.of(
        ends.vlanIds() << 4 | ends.ipVersion(),
        number(client, 0, client.length() - 8),
        number(client, client.length() - 8, client.length()),
        number(server, 0, server.length() - 8),
        number(server, server.length() - 8, server.length()),
        ends.clientPort(),
        ends.serverPort());
  }

  private static long number(Octets octets, int from, int to) {
    long number = 0;
    for (int i = Math.max(0, from); i < to; i++) {
      number = number << Byte.SIZE | (octets.at(i) & 0xff);
    }
    return number;
  }

  /** The machine that owns the bucket of {@code ends}. */
  Machine ownerOf(Ends ends) {
    int bucket = bucketOf(ends);
    return cluster.machines.stream()
        .filter(each -> each.mayEmit(bucket, cluster.now()))
        .findFirst()
        .orElseThrow();
  }

  /** The first backup of the bucket of {@code ends}. */
  Machine heirOf(Ends ends) {
    return cluster.machineOf(table().bucket(bucketOf(ends)).backups().getFirst().node());
  }
}
