package dev.midstream.cluster.bucket;

import static dev.midstream.cluster.bucket.Tables.N2;
import static dev.midstream.cluster.bucket.Tables.N3;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Nodes that could not read the records of buckets, and may be asked again. */
class AskedAgainTest {

  private static void failAll(Tables tables) {
    for (int number = 0; number < tables.table().bucketCount(); number++) {
      for (Backup each : tables.bucket(number).backups()) {
        tables.changes.unreadable(each.node(), number, each.since());
      }
    }
    tables.step();
  }

  private static void askAll(Tables tables) {
    for (int number = 0; number < tables.table().bucketCount(); number++) {
      for (Backup each : tables.bucket(number).backups()) {
        tables.changes.askAgain(each.node(), number, each.since());
      }
    }
  }

  private static long unreadable(Tables tables) {
    return tables.table().buckets().stream()
        .flatMap(each -> each.backups().stream())
        .filter(Backup::unreadable)
        .count();
  }

  @Test
  @DisplayName("HSI-5 the only other node begins a new replica, by a new table")
  void beginsANewReplica() {
    Tables tables = new Tables(1, 1, 1).settled(N2);
    Backup before = tables.bucket(0).backups().getFirst();
    failAll(tables);
    tables.changes.askAgain(before.node(), 0, before.since() - 1);
    assertThat(tables.tryStep()).as("it is another replica").isFalse();
    askAll(tables);
    tables.step();
    Backup after = Objects.requireNonNull(tables.bucket(0).backupOf(before.node()));
    assertThat(after.unreadable() || after.complete() || after.isHeir()).isFalse();
    assertThat(after.since()).isNotEqualTo(before.since());
  }

  @Test
  @DisplayName("HSI-5 a few replicas are begun at once")
  void asksAFew() {
    Tables tables = new Tables(16, 1, 4).settled(N2);
    failAll(tables);
    for (int left = 12; left >= 0; left -= 4) {
      askAll(tables);
      tables.step();
      assertThat(unreadable(tables)).isEqualTo(left);
      askAll(tables);
      assertThat(tables.tryStep()).isFalse();
      tables.completeAll();
      tables.step();
    }
  }

  @Test
  @DisplayName("HSI-5 a node is not asked again while another one keeps a copy")
  void asksNoneWhileThereIsACopy() {
    Tables tables = new Tables(1, 1, 1).settled(N2, N3);
    Backup first = tables.bucket(0).backups().getFirst();
    tables.changes.unreadable(first.node(), 0, first.since());
    tables.settled();
    askAll(tables);
    assertThat(tables.tryStep()).isFalse();
  }
}
