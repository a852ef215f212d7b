package dev.midstream.cluster.bucket;

import static dev.midstream.cluster.bucket.Tables.N1;
import static dev.midstream.cluster.bucket.Tables.N2;
import static dev.midstream.cluster.bucket.Tables.N3;
import static dev.midstream.cluster.bucket.Tables.N4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeId;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The table that a coordinator makes next. */
class AllocatorTest {

  @Test
  @DisplayName("LD-10 a bucket of the pool goes to the least loaded node when a packet wants it")
  void assignsFromThePool() {
    Tables tables = new Tables(4, 0, 1);
    tables.changes.join(N2, Member.Role.ACTIVE);
    tables.step();
    assertThat(tables.table().buckets()).allMatch(bucket -> bucket.owner() == null);

    tables.changes.want(2);
    tables.step();
    assertThat(tables.bucket(2).owner()).isEqualTo(N1);
    assertThat(tables.bucket(0).owner()).isNull();

    tables.changes.want(0);
    tables.step();
    assertThat(tables.bucket(0).owner()).isEqualTo(N2);
    assertThat(tables.bucket(0).epoch()).isGreaterThan(tables.bucket(2).epoch());

    tables.changes.want(0);
    assertThat(tables.tryStep()).as("it has an owner already").isFalse();
  }

  @Test
  @DisplayName("HSI-5 each bucket gets the number of backups, evenly, each incomplete at first")
  void addsBackups() {
    Tables tables = new Tables(16, 1, 1);
    tables.changes.join(N2, Member.Role.ACTIVE);
    tables.changes.join(N3, Member.Role.ACTIVE);
    for (int bucket = 0; bucket < 16; bucket++) {
      tables.changes.want(bucket);
    }
    tables.step();

    assertThat(tables.table().buckets())
        .allSatisfy(bucket -> {
          assertThat(bucket.backups()).hasSize(1).noneMatch(Backup::complete);
          assertThat(bucket.backups().getFirst().node()).isNotEqualTo(bucket.owner());
        });
    assertThat(List.of(tables.replicas(N1), tables.replicas(N2), tables.replicas(N3)))
        .allMatch(replicas -> replicas >= 4 && replicas <= 6);
  }

  @Test
  @DisplayName("HSI-5 copies: all makes every other active node a backup")
  void addsAllBackups() {
    Tables tables = new Tables(4, Integer.MAX_VALUE, 1).settled(N2, N3, N4);

    assertThat(tables.table().buckets())
        .allSatisfy(bucket -> assertThat(bucket.backups()).hasSize(3).allMatch(Backup::complete));
  }

  @Test
  @DisplayName("a replica is complete only if the report is about the one that was asked for")
  void ignoresReportsAboutOtherReplicas() {
    Tables tables = new Tables(1, 1, 1);
    tables.changes.join(N2, Member.Role.ACTIVE);
    tables.changes.want(0);
    tables.step();
    long since = tables.bucket(0).backups().getFirst().since();

    tables.changes.complete(N2, 0, since - 1);
    assertThat(tables.tryStep()).isFalse();
    tables.changes.complete(N3, 0, since);
    assertThat(tables.tryStep()).isFalse();
    tables.changes.complete(N2, 0, since);
    assertThat(tables.tryStep()).isTrue();
    assertThat(tables.bucket(0).isComplete(N2)).isTrue();
  }

  @Test
  @DisplayName("a node that backs a bucket up again, at the same epoch, begins the replica anew")
  void beginsReplicasAnew() {
    Tables tables = new Tables(1, 1, 1).settled(N2, N3);
    Bucket before = tables.bucket(0);
    Backup first = before.backups().getFirst();
    NodeId third =
        Stream.of(N1, N2, N3).filter(node -> !before.names(node)).findFirst().orElseThrow();

    tables.changes.order(0, third);
    tables.step();
    long since = Objects.requireNonNull(tables.bucket(0).backupOf(third)).since();
    assertThat(since).isGreaterThan(first.since());
    tables.changes.gone(third);
    tables.step();
    tables.changes.join(third, Member.Role.ACTIVE);
    tables.step();
    tables.changes.order(0, third);
    tables.step();

    Backup again = Objects.requireNonNull(tables.bucket(0).backupOf(third));
    assertThat(tables.bucket(0).epoch()).isEqualTo(before.epoch());
    assertThat(again.since()).isGreaterThan(since);
    tables.changes.complete(third, 0, since);
    assertThat(tables.tryStep()).as("an old report does not count").isFalse();
  }

  @Test
  @DisplayName("LD-14 HSI-9 buckets of a dead node go to their heirs with a new epoch")
  void promotesHeirs() {
    Tables tables = new Tables(16, 1, 1).settled(N2, N3);
    AllocationTable before = tables.table();
    assertThat(tables.owned(N2)).isPositive();

    tables.changes.gone(N2);
    tables.step();

    assertThat(tables.table().memberIds()).containsExactly(N1, N3);
    assertThat(tables.table().base()).containsExactly(N1, N2, N3);
    for (int number = 0; number < 16; number++) {
      Bucket old = before.bucket(number);
      Bucket now = tables.bucket(number);
      if (old.isOwnedBy(N2)) {
        assertThat(now.owner()).isEqualTo(old.backups().getFirst().node());
        assertThat(now.epoch()).isGreaterThan(old.epoch());
        assertThat(now.from()).isNull();
        assertThat(now.inherited()).isEqualTo(old.epoch());
      } else {
        assertThat(now.owner()).isEqualTo(old.owner());
        assertThat(now.epoch()).isEqualTo(old.epoch());
      }
      assertThat(now.backups()).hasSize(1).noneMatch(backup -> backup.node().equals(now.owner()));
    }
  }

  @Test
  @DisplayName("LD-14 without a complete replica a dead node's bucket returns to the pool")
  void returnsToThePool() {
    Tables tables = new Tables(2, 1, 1);
    tables.changes.want(0);
    tables.step();
    tables.changes.join(N2, Member.Role.ACTIVE);
    tables.changes.want(1);
    tables.step();
    assertThat(tables.bucket(1).owner()).isEqualTo(N2);
    long epoch = tables.bucket(1).epoch();

    tables.changes.gone(N2);
    tables.step();
    assertThat(tables.bucket(1))
        .isEqualTo(new Bucket(null, epoch, null, null, List.of(), Epoch.NONE));

    tables.changes.want(1);
    tables.step();
    assertThat(tables.bucket(1).owner()).isEqualTo(N1);
    assertThat(tables.bucket(1).epoch()).isGreaterThan(epoch);
    assertThat(tables.bucket(1).inherited()).isEqualTo(Epoch.NONE);
  }

  /** A bucket whose owner has two complete backups, in a cluster of four. */
  private static Tables withTwoCopies() {
    return new Tables(1, 2, 1).settled(N2, N3, N4);
  }

  @Test
  @DisplayName("LD-14 HSI-5 a heir dies before the next backup has its base: that one goes on")
  void goesOnWithWhatABackupHolds() {
    Tables tables = withTwoCopies();
    Bucket first = tables.bucket(0);
    tables.goneOwner();
    Bucket second = tables.bucket(0);
    NodeId next = first.backups().getLast().node();
    assertThat(second.backupOf(next))
        .isEqualTo(Backup.holding(next, second.epoch(), first.epoch()));
    assertThat(second.backups())
        .as("one that begins now holds nothing")
        .contains(new Backup(second.backups().getLast().node(), second.epoch(), false));

    tables.goneOwner();
    Bucket third = tables.bucket(0);
    assertThat(third.owner()).isEqualTo(next);
    assertThat(third.epoch()).isGreaterThan(second.epoch());
    assertThat(third.inherited()).isEqualTo(first.epoch());
  }

  @Test
  @DisplayName("LD-14 HSI-5 owner and heir are found dead at once: the other backup goes on")
  void survivesOwnerAndHeir() {
    Tables tables = withTwoCopies();
    Bucket before = tables.bucket(0);
    tables.changes.gone(Objects.requireNonNull(before.owner()));
    tables.changes.gone(before.backups().getFirst().node());
    tables.coordinator(before.backups().getLast().node());
    tables.step();

    assertThat(tables.bucket(0).owner()).isEqualTo(before.backups().getLast().node());
    assertThat(tables.bucket(0).inherited()).isEqualTo(before.epoch());
  }

  @Test
  @DisplayName("LD-14 HSI-5 what a backup holds of an earlier epoch counts until it has its base")
  void holdsUntilTheBaseIsThere() {
    Tables tables = withTwoCopies();
    NodeId next = tables.bucket(0).backups().getLast().node();
    tables.goneOwner();
    Bucket second = tables.bucket(0);
    tables.changes.complete(next, 0, second.epoch());
    tables.step();
    assertThat(tables.bucket(0).backupOf(next)).isEqualTo(new Backup(next, second.epoch(), true));

    tables.goneOwner();
    assertThat(tables.bucket(0).owner()).isEqualTo(next);
    assertThat(tables.bucket(0).inherited()).isEqualTo(second.epoch());
  }

  @Test
  @DisplayName("HSI-4 HSI-5 after a move only the giver has all: other replicas hold nothing")
  void holdsNothingAfterAMove() {
    Tables tables = withTwoCopies();
    Bucket before = tables.bucket(0);
    tables.changes.order(0, before.backups().getFirst().node());
    tables.step();
    assertThat(tables.bucket(0).from()).isEqualTo(before.owner());
    assertThat(tables.bucket(0).backups()).noneMatch(Backup::isHeir);
  }

  @Test
  @DisplayName("HSI-5 a backup that cannot read the records is replaced, and not asked again")
  void replacesWhatCannotRead() {
    Tables tables = new Tables(1, 1, 1).settled(N2, N3);
    Backup first = tables.bucket(0).backups().getFirst();
    tables.changes.unreadable(first.node(), 0, first.since());
    tables.step();
    Bucket bucket = tables.bucket(0);
    assertThat(bucket.isHeir(first.node())).isFalse();
    assertThat(bucket.backups()).hasSize(2);
    Backup second = bucket.backups().getLast();
    assertThat(second.node()).isNotIn(first.node(), bucket.owner());

    tables.changes.complete(first.node(), 0, first.since());
    assertThat(tables.tryStep()).as("it keeps nothing any more").isFalse();
    tables.changes.order(0, first.node());
    assertThat(tables.tryStep()).as("it cannot go on with the bucket").isFalse();
    tables.changes.unreadable(second.node(), 0, second.since());
    tables.step();
    assertThat(tables.bucket(0).backups()).hasSize(2).allMatch(Backup::unreadable);
  }

  @Test
  @DisplayName("HSI-5 a node that could not read the records is asked again under another owner")
  void asksAgainUnderAnotherOwner() {
    Tables tables = withTwoCopies();
    Bucket before = tables.bucket(0);
    Backup last = before.backups().getLast();
    tables.changes.unreadable(last.node(), 0, last.since());
    tables.step();
    assertThat(tables.bucket(0).backupOf(last.node())).matches(Backup::unreadable);
    tables.goneOwner();
    assertThat(tables.bucket(0).backups()).noneMatch(Backup::unreadable);
    assertThat(tables.bucket(0).backupOf(last.node())).matches(each -> !each.isHeir());
  }

  @Test
  @DisplayName("HSI-5 a report about an earlier replica takes no backup out")
  void ignoresOldReportsOfUnreadableRecords() {
    Tables tables = new Tables(1, 1, 1).settled(N2);
    Backup backup = tables.bucket(0).backups().getFirst();
    tables.changes.unreadable(backup.node(), 0, backup.since() - 1);
    assertThat(tables.tryStep()).isFalse();
  }

  @Test
  @DisplayName(
      "LD-14 HSI-5 an heir that has nothing lets the next one go on, and the last the pool")
  void passesOnWhatIsMissing() {
    Tables tables = withTwoCopies();
    long epoch = tables.bucket(0).epoch();
    tables.goneOwner();
    Bucket first = tables.bucket(0);
    NodeId next = first.backups().getFirst().node();
    tables.changes.unreadable(Objects.requireNonNull(first.owner()), 0, first.epoch());
    tables.step();
    Bucket second = tables.bucket(0);
    assertThat(second.owner()).isEqualTo(next);
    assertThat(second.inherited()).isEqualTo(epoch);

    tables.changes.unreadable(next, 0, first.epoch());
    assertThat(tables.tryStep()).as("a report of another epoch").isFalse();
    tables.changes.unreadable(next, 0, second.epoch());
    tables.step();
    assertThat(tables.bucket(0).owner()).isNull();
  }

  @Test
  @DisplayName("HSI-4 a move whose next owner cannot read the records is given up")
  void givesAMoveUp() {
    Tables tables = new Tables(1, 1, 1).settled(N2, N3);
    Bucket before = tables.bucket(0);
    NodeId other =
        Stream.of(N1, N2, N3).filter(node -> !before.names(node)).findFirst().orElseThrow();
    tables.changes.order(0, other);
    tables.step();
    tables.changes.unreadable(other, 0, tables.bucket(0).backups().getLast().since());
    tables.step();
    assertThat(tables.bucket(0).target()).isNull();
    assertThat(tables.bucket(0).owner()).isEqualTo(before.owner());
    tables.changes.balance();
    tables.tryStep();
  }

  @Test
  @DisplayName("a witness gets neither buckets nor replicas")
  void givesAWitnessNothing() {
    Tables tables = new Tables(8, Integer.MAX_VALUE, 1);
    tables.changes.join(N2, Member.Role.WITNESS);
    tables.settled();

    assertThat(tables.owned(N1)).isEqualTo(8);
    assertThat(tables.replicas(N2)).isZero();
  }

  @Test
  @DisplayName("PDP-9 a dispatcher gets neither buckets nor replicas, and its vote is not asked")
  void givesADispatcherNothing() {
    Tables tables = new Tables(8, Integer.MAX_VALUE, 1);
    tables.changes.join(N2, Member.Role.DISPATCHER);
    tables.step();
    assertThat(tables.table().isJoin()).isFalse();
    tables.settled();

    assertThat(tables.owned(N1)).isEqualTo(8);
    assertThat(tables.replicas(N2)).isZero();
    assertThat(tables.table().memberIds()).containsExactly(N1, N2);
    assertThat(tables.table().voterIds()).containsExactly(N1);
    assertThat(tables.table().base()).containsExactly(N1);
  }

  @Test
  @DisplayName("PDP-9 a dispatcher leaves at once; the last node does not leave the cluster to it")
  void dismissesADispatcher() {
    Tables tables = new Tables(8, 1, 1);
    tables.changes.join(N2, Member.Role.DISPATCHER);
    tables.step();
    tables.changes.drain(N1, Member.Role.DRAINING);
    tables.step();
    assertThat(tables.tryStep()).isFalse();
    assertThat(tables.table().voterIds()).containsExactly(N1);

    tables.changes.drain(N2, Member.Role.DRAINING);
    tables.step();
    assertThat(tables.table().memberIds()).containsExactly(N1);
  }

  @Test
  @DisplayName("a member that joins again gets another number, and the number comes round at 1024")
  void numbersMembers() {
    Tables tables = new Tables(1, 0, 1);
    for (int life = 0; life < 3_000; life++) {
      tables.changes.join(N2, Member.Role.ACTIVE);
      tables.step();
      int number = tables.table().members().getLast().number();
      assertThat(number).isEqualTo(1 + life % 1023);
      tables.changes.gone(N2);
      tables.step();
    }
  }
}
