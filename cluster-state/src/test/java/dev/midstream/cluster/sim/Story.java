package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.testkit.random.SeededRounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** A named scenario: start, kill, await. Times are in milliseconds; clocks differ by 1/64. */
final class Story {
  static final int BUCKETS = 8;
  private static final long MILLI = 1_000_000;

  final SimulatedCluster cluster;
  private final int copies;

  /** A cluster of {@code hosts}, of which none runs yet. */
  Story(int hosts) {
    this(hosts, ClusterSettings.Lone.PROVE);
  }

  /** A cluster in which {@code unknown} is no configured address. */
  Story without(int unknown) {
    return new Story(
        cluster.hosts.size(), ClusterSettings.Lone.PROVE, unknown, 1, SeededRounds.generator(1));
  }

  /** A cluster in which each bucket has {@code count} backups. */
  Story withCopies(int count) {
    return new Story(cluster.hosts.size(), ClusterSettings.Lone.PROVE, -1, count, cluster.random);
  }

  /** A cluster of {@code nodes}, and then {@code dispatchers}. */
  static Story withDispatchers(int nodes, int dispatchers) {
    return withDispatchers(nodes, dispatchers, ClusterSettings.Lone.PROVE);
  }

  static Story withDispatchers(int nodes, int dispatchers, ClusterSettings.Lone lone) {
    return new Story(
        nodes + dispatchers,
        dispatchers,
        lone,
        -1,
        1,
        ClusterSettings.Reallocation.MOVE,
        SeededRounds.generator(1));
  }

  /** A cluster in which open connections stay where their buckets were. */
  static Story withStaying(int hosts) {
    return new Story(
        hosts,
        0,
        ClusterSettings.Lone.PROVE,
        -1,
        1,
        ClusterSettings.Reallocation.STAY,
        SeededRounds.generator(1));
  }

  /** A cluster whose delays are those of {@code random}. */
  Story(int hosts, RandomGenerator random) {
    this(hosts, ClusterSettings.Lone.PROVE, -1, 1, random);
  }

  Story(int hosts, ClusterSettings.Lone lone) {
    this(hosts, lone, -1, 1, SeededRounds.generator(1));
  }

  private Story(
      int hosts, ClusterSettings.Lone lone, int unknown, int copies, RandomGenerator random) {
    this(hosts, 0, lone, unknown, copies, ClusterSettings.Reallocation.MOVE, random);
  }

  private Story(
      int hosts,
      int dispatchers,
      ClusterSettings.Lone lone,
      int unknown,
      int copies,
      ClusterSettings.Reallocation reallocation,
      RandomGenerator random) {
    this.copies = copies;
    List<Host> all = new ArrayList<>();
    for (int number = 0; number < hosts; number++) {
      all.add(new Host(number, 1 + (number % 3 - 1) / 64.0));
    }
    all.subList(hosts - dispatchers, hosts).forEach(each -> each.role = Member.Role.DISPATCHER);
    ClusterSettings settings =
        new ClusterSettings(
            BUCKETS,
            copies,
            4,
            400 * MILLI,
            2_000 * MILLI,
            reallocation,
            lone,
            1,
            all.stream()
                .filter(host -> host.number != unknown && !host.isDispatcher())
                .map(host -> host.address)
                .toList(),
            all.stream().filter(Host::isDispatcher).map(host -> host.address).toList(),
            Member.Role.ACTIVE);
    cluster = new SimulatedCluster(random, settings, all);
    cluster.isTraced = Boolean.getBoolean("midstream.trace");
  }

  /** All hosts run, are members, and share buckets with complete backups. */
  Story whole() {
    return whole(cluster.hosts.size());
  }

  /** The first {@code count} hosts run, are members, and share buckets with complete backups. */
  Story whole(int count) {
    cluster.hosts.subList(0, count).forEach(cluster::start);
    awaitWithin(5_000, () -> members(host(0)) == count);
    wantAll();
    awaitWithin(5_000, this::isWhole);
    return this;
  }

  Host host(int number) {
    return cluster.hosts.get(number);
  }

  void run(long millis) {
    cluster.run(millis * MILLI);
  }

  /** Runs until {@code condition} holds; returns after how many milliseconds. */
  long awaitWithin(long millis, BooleanSupplier condition) {
    for (long waited = 0; waited <= millis; waited++) {
      if (condition.getAsBoolean()) {
        return waited;
      }
      run(1);
    }
    cluster.hosts.stream().filter(Host::isRunning).forEach(h -> System.out.println(h.node()));
    throw new AssertionError("not within " + millis + " ms");
  }

  void wantAll() {
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      int number = bucket;
      cluster.hosts.forEach(host -> cluster.input(host, new ClusterInput.Wanted(number)));
    }
  }

  Host coordinator() {
    List<Host> all = coordinators();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  List<Host> coordinators() {
    return cluster.hosts.stream()
        .filter(Host::isRunning)
        .filter(host -> host.node().isCoordinator(host.clock(cluster.now())))
        .toList();
  }

  /** Kills the process of {@code victim}; within 20 ms all others know that it is gone. */
  void killWithProof(Host victim) {
    cluster.network.isBusy = false;
    cluster.kill(victim);
    cluster.hosts.forEach(
        host -> cluster.later(1, 20 * MILLI, () -> cluster.probes.verify(host, victim.id())));
  }

  /** Another host than {@code not} that runs and does not coordinate. */
  Host follower(Host... not) {
    return cluster.hosts.stream()
        .filter(host -> host.isRunning() && host != coordinator() && !List.of(not).contains(host))
        .findFirst()
        .orElseThrow();
  }

  AllocationTable table() {
    return Objects.requireNonNull(coordinator().node().table());
  }

  int members(Host host) {
    AllocationTable table = host.isRunning() ? host.node().table() : null;
    return table == null ? 0 : table.members().size();
  }

  /** How many buckets {@code host} may emit packets of. */
  int emitted(Host host) {
    int count = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      count += host.emits(bucket, cluster.now()) ? 1 : 0;
    }
    return count;
  }

  /** Whether every bucket has a host that may emit its packets. */
  boolean isOwned() {
    return cluster.hosts.stream().mapToInt(this::emitted).sum() == BUCKETS;
  }

  /** Whether every bucket is owned, has its complete backups, and is not on the move. */
  boolean isWhole() {
    return isOwned()
        && coordinators().size() == 1
        && table().buckets().stream()
            .allMatch(each ->
                each.from() == null
                    && each.target() == null
                    && each.backups().size() == copies
                    && each.backups().stream().allMatch(Backup::complete));
  }

  /** A bucket that {@code host} owns. */
  int bucketOf(Host host) {
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      if (host.emits(bucket, cluster.now())) {
        return bucket;
      }
    }
    throw new AssertionError("it owns no bucket: " + host);
  }

  Host ownerOf(int bucket) {
    Bucket its = table().bucket(bucket);
    NodeId owner = Objects.requireNonNull(its.owner());
    return cluster.hostOf(owner);
  }

  /** Decides and releases {@code count} records in every bucket, as far as their owners may. */
  void write(int count) {
    for (int each = 0; each < count; each++) {
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        int number = bucket;
        cluster.hosts.forEach(host -> cluster.records.write(host, number));
      }
    }
  }
}
