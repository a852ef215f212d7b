package dev.midstream.cluster.bucket;

import static dev.midstream.cluster.bucket.Tables.N1;
import static dev.midstream.cluster.bucket.Tables.N2;
import static dev.midstream.cluster.bucket.Tables.N3;
import static dev.midstream.cluster.bucket.Tables.N4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.testkit.random.SeededRounds;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Planned moves, drains and the balance of load. */
class MovePlanTest {

  @Test
  @DisplayName("HSI-4 a move gives a replica first, then the bucket, and the giver stays as backup")
  void movesInSteps() {
    Tables tables = new Tables(1, 1, 1).settled(N2, N3);
    Bucket before = tables.bucket(0);
    Roles nodes = new Roles(before);

    tables.changes.order(0, nodes.other);
    tables.step();
    assertThat(tables.bucket(0).owner()).isEqualTo(nodes.owner);
    assertThat(tables.bucket(0).epoch()).isEqualTo(before.epoch());
    assertThat(tables.bucket(0).backupOf(nodes.other))
        .matches(backup -> backup != null && !backup.complete());
    assertThat(tables.tryStep()).as("it waits for the replica").isFalse();

    tables.completeAll();
    tables.step();
    Bucket moving = tables.bucket(0);
    assertThat(moving.owner()).isEqualTo(nodes.other);
    assertThat(moving.from()).isEqualTo(nodes.owner);
    assertThat(moving.epoch()).isGreaterThan(before.epoch());
    assertThat(moving.inherited()).isEqualTo(before.epoch());

    tables.changes.opened(nodes.other, 0, before.epoch());
    assertThat(tables.tryStep()).as("it was opened with an old epoch").isFalse();
    tables.changes.opened(nodes.owner, 0, moving.epoch());
    assertThat(tables.tryStep()).as("another node opened it").isFalse();
    tables.changes.opened(nodes.other, 0, moving.epoch());
    tables.step();
    assertThat(tables.bucket(0))
        .isEqualTo(
            new Bucket(
                nodes.other,
                moving.epoch(),
                null,
                null,
                List.of(new Backup(nodes.owner, moving.epoch(), true)),
                moving.inherited()));
  }

  /** Owner, backup and third node of a bucket. */
  private static final class Roles {
    final NodeId owner;
    final NodeId other;

    Roles(Bucket bucket) {
      owner = Objects.requireNonNull(bucket.owner());
      other = Stream.of(N1, N2, N3).filter(node -> !bucket.names(node)).findFirst().orElseThrow();
    }
  }

  @Test
  @DisplayName("HSI-4 if the taker dies before it has opened, the giver resumes with a new epoch")
  void theGiverResumes() {
    Tables tables = handingOver();
    Bucket moving = tables.bucket(0);

    tables.changes.gone(N2);
    tables.step();

    assertThat(tables.bucket(0).owner()).isEqualTo(N1);
    assertThat(tables.bucket(0).epoch()).isGreaterThan(moving.epoch());
    assertThat(tables.bucket(0).from()).isNull();
  }

  @Test
  @DisplayName("PDP-1 HSI-4 a giver whose taker does not take the list has the bucket again")
  void theGiverHasItAgain() {
    Tables tables = handingOver();
    Bucket moving = tables.bucket(0);
    tables.changes.unreadable(N1, 0, moving.epoch() - 1);
    assertThat(tables.tryStep()).as("it was another move").isFalse();

    tables.changes.unreadable(N1, 0, moving.epoch());
    tables.step();
    assertThat(tables.bucket(0).owner()).isEqualTo(N1);
    assertThat(tables.bucket(0).epoch()).isGreaterThan(moving.epoch());
    assertThat(tables.bucket(0).from()).isNull();
  }

  @Test
  @DisplayName("HSI-4 if the giver dies, the taker goes on with the replica that it has")
  void theTakerGoesOn() {
    Tables tables = handingOver();
    Bucket moving = tables.bucket(0);
    tables.coordinator(N2);

    tables.changes.gone(N1);
    tables.step();

    assertThat(tables.bucket(0).owner()).isEqualTo(N2);
    assertThat(tables.bucket(0).epoch()).isEqualTo(moving.epoch());
    assertThat(tables.bucket(0).from()).isNull();
  }

  private static Tables handingOver() {
    Tables tables = new Tables(1, 1, 1);
    tables.changes.want(0);
    tables.step();
    tables.settled(N2);
    tables.changes.order(0, N2);
    tables.step();
    assertThat(tables.bucket(0).owner()).isEqualTo(N2);
    assertThat(tables.bucket(0).from()).isEqualTo(N1);
    return tables;
  }

  @Test
  @DisplayName("LD-7 a unit u moves from the most loaded K to the least loaded J if J + u <= K - u")
  void movesAUnit() {
    Tables tables = new Tables(4, 0, 4);
    for (int bucket = 0; bucket < 4; bucket++) {
      tables.changes.want(bucket);
    }
    tables.step();
    tables.changes.join(N2, Member.Role.ACTIVE);
    tables.step();
    tables.loads.report(0, 9);
    tables.loads.report(1, 4);
    tables.loads.report(2, 3);
    tables.loads.report(3, 2);

    tables.changes.balance();
    tables.step();

    assertThat(tables.table().buckets())
        .extracting(Bucket::target)
        .as("10 to node 2, or the loads would be 12 and 10; then no unit fits")
        .containsExactly(N2, null, null, null);
    tables.changes.balance();
    assertThat(tables.tryStep()).isFalse();
  }

  @Test
  @DisplayName("LD-7 a unit that would leave the least loaded node with more than the other stays")
  void doesNotSwapTheLoads() {
    Tables tables = new Tables(1, 0, 4);
    tables.changes.want(0);
    tables.step();
    tables.changes.join(N2, Member.Role.ACTIVE);
    tables.step();
    tables.loads.report(0, 1_000);

    tables.changes.balance();

    assertThat(tables.tryStep()).isFalse();
  }

  @Test
  @DisplayName("LD-7 balancing converges for any loads and nodes, and then rests")
  void converges() {
    SeededRounds.run(300, this::balanceAny);
  }

  private void balanceAny(RandomGenerator random) {
    int buckets = 1 << random.nextInt(7);
    Tables tables = new Tables(buckets, 1, 1 + random.nextInt(4));
    for (int bucket = 0; bucket < buckets; bucket++) {
      tables.loads.report(bucket, random.nextLong(20));
    }
    int nodes = 2 + random.nextInt(5);
    for (int node = 2; node <= nodes; node++) {
      tables.settled(Tables.node(node));
    }
    int steps = 0;
    do {
      assertThat(steps++).as("moves end").isLessThan(40 * buckets + 40);
      tables.completeAll();
      tables.openAll();
      tables.changes.balance();
    } while (tables.tryStep());

    long most = 0;
    long least = Long.MAX_VALUE;
    for (int node = 1; node <= nodes; node++) {
      long load = load(tables, node);
      most = Math.max(most, load);
      least = Math.min(least, load);
    }
    long gap = most - least;
    long greatest = most;
    assertThat(IntStream.rangeClosed(1, nodes).filter(node -> load(tables, node) == greatest))
        .as("of the most loaded nodes one has no unit that fits")
        .anyMatch(node -> 2 * leastUnit(tables, node) > gap);
  }

  private static long leastUnit(Tables tables, int node) {
    return IntStream.range(0, tables.table().bucketCount())
        .filter(number -> tables.bucket(number).isOwnedBy(Tables.node(node)))
        .mapToLong(tables.loads::of)
        .min()
        .orElse(Long.MAX_VALUE / 2);
  }

  private static long load(Tables tables, int node) {
    long load = 0;
    for (int number = 0; number < tables.table().bucketCount(); number++) {
      load += tables.bucket(number).isOwnedBy(Tables.node(node)) ? tables.loads.of(number) : 0;
    }
    return load;
  }

  @Test
  @DisplayName("PDP-7 a drained node hands over all buckets, a few at once, and leaves")
  void drains() {
    Tables tables = new Tables(16, 1, 2).settled(N2, N3);
    assertThat(tables.owned(N2)).isPositive();

    tables.changes.drain(N2, Member.Role.DRAINING);
    int steps = 0;
    while (tables.tryStep()) {
      assertThat(inMotion(tables)).isLessThanOrEqualTo(2);
      tables.completeAll();
      tables.openAll();
      assertThat(steps++).isLessThan(100);
    }

    assertThat(tables.table().memberIds()).containsExactly(N1, N3);
    assertThat(tables.owned(N1) + tables.owned(N3)).isEqualTo(16);
    assertThat(tables.table().buckets())
        .allSatisfy(bucket -> assertThat(bucket.backups()).hasSize(1).allMatch(Backup::complete));
  }

  @Test
  @DisplayName("PDP-7 HSI-5 a drained backup leaves although another one cannot read the records")
  void drainsABackupBesideOneThatCannotRead() {
    Tables tables = new Tables(1, 2, 1).settled(N2, N3, N4);
    Backup unreadable = tables.bucket(0).backups().getFirst();
    tables.changes.unreadable(unreadable.node(), 0, unreadable.since());
    tables.settled();
    Backup drained = tables.bucket(0).backups().getLast();
    assertThat(drained).matches(Backup::complete);

    tables.changes.drain(drained.node(), Member.Role.DRAINING);
    while (tables.tryStep()) {
      tables.completeAll();
    }

    assertThat(tables.table().isMember(drained.node())).isFalse();
    assertThat(tables.bucket(0).backups()).filteredOn(Backup::complete).hasSize(1);
  }

  /** A drained owner of one bucket, some of whose two backups cannot read its records. */
  private static NodeId drainOwner(Tables tables, List<Backup> unreadable) {
    NodeId owner = Objects.requireNonNull(tables.bucket(0).owner());
    unreadable.forEach(each -> tables.changes.unreadable(each.node(), 0, each.since()));
    tables.step();
    if (owner.equals(N1)) {
      tables.coordinator(N2);
    }
    tables.changes.drain(owner, Member.Role.DRAINING);
    while (tables.tryStep()) {
      tables.completeAll();
      tables.openAll();
    }
    return owner;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  @DisplayName("PDP-7 HSI-5 a drained owner hands over to a node that can read the records")
  void drainsToANodeThatCanRead(int place) {
    Tables tables = new Tables(1, 2, 1).settled(N2, N3);
    Backup unreadable = tables.bucket(0).backups().get(place);
    NodeId drained = drainOwner(tables, List.of(unreadable));

    assertThat(tables.table().isMember(drained)).isFalse();
    assertThat(tables.bucket(0).owner()).isNotEqualTo(unreadable.node());
  }

  @Test
  @DisplayName("PDP-7 HSI-5 if no node can read the records of a drained owner, they try again")
  void drainsWhenTheRecordsCanBeRead() {
    Tables tables = new Tables(1, 2, 1).settled(N2, N3);
    NodeId drained = drainOwner(tables, tables.bucket(0).backups());
    assertThat(tables.table().isMember(drained)).isTrue();

    tables.changes.balance();
    tables.step();
    NodeId target = Objects.requireNonNull(tables.bucket(0).target());
    Backup again = Objects.requireNonNull(tables.bucket(0).backupOf(target));
    tables.changes.unreadable(target, 0, again.since());
    tables.step();
    assertThat(tables.bucket(0).target()).as("the other node tries").isNotIn(null, target);
    do {
      tables.completeAll();
      tables.openAll();
    } while (tables.tryStep());

    assertThat(tables.table().isMember(drained)).isFalse();
  }

  @Test
  @DisplayName("PDP-1 PDP-7 a node that keeps its connections leaves when the last one is closed")
  void staysUntilIdle() {
    Tables tables = new Tables(4, 1, 4).settled(N2, N3);
    tables.changes.drain(N2, Member.Role.STAYING);
    while (tables.tryStep()) {
      tables.completeAll();
      tables.openAll();
    }
    assertThat(tables.owned(N2)).isZero();
    assertThat(tables.table().isMember(N2)).isTrue();

    tables.changes.idle(N2);
    tables.step();
    assertThat(tables.table().isMember(N2)).isFalse();
  }

  @Test
  @DisplayName(
      "PDP-1 connections stay with the first member that is drained so, not with the one that joined first")
  void oneKeepsItsConnections() {
    Tables tables = new Tables(4, 1, 4).settled(N2, N3);
    tables.changes.drain(N3, Member.Role.STAYING);
    tables.step();
    assertThat(tables.table().stayer()).isEqualTo(N3);

    tables.changes.drain(N2, Member.Role.STAYING);
    tables.step();
    assertThat(tables.table().stayer()).isEqualTo(N3);
  }

  @Test
  @DisplayName("PDP-7 the last active node keeps its buckets")
  void theLastNodeStays() {
    Tables tables = new Tables(4, 1, 4).settled();
    tables.changes.drain(N1, Member.Role.DRAINING);
    tables.step();
    assertThat(tables.tryStep()).isFalse();

    assertThat(tables.owned(N1)).isEqualTo(4);
  }

  private static long inMotion(Tables tables) {
    return tables.table().buckets().stream()
        .filter(bucket -> bucket.from() != null || bucket.target() != null)
        .count();
  }
}
