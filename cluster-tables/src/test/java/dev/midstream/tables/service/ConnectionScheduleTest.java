package dev.midstream.tables.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.Entries;
import dev.midstream.tables.TableSettings;
import dev.midstream.tables.TableSettings.Times;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.ConnectionEntry.Phase;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectionScheduleTest {
  private static final long SECOND = 1_000_000_000;
  private static final int MAX_TRACKED = 100;

  private final NodeId owner = Entries.node(1);
  private final ConnectionSchedule schedule =
      new ConnectionSchedule(new TableSettings(16, 1, 2_000, MAX_TRACKED, 1_000, Times.DEFAULT));

  private ConnectionEntry connection(int number, long revision) {
    return Entries.connection(number, owner, 1, revision);
  }

  private ConnectionEntry offer(int number, long revision, long nowNanos) {
    ConnectionEntry entry = connection(number, revision);
    schedule.offer(entry, nowNanos);
    return entry;
  }

  private List<ConnectionEntry> due(long nowNanos) {
    return schedule.takeDue(MAX_TRACKED, nowNanos);
  }

  @Test
  @DisplayName("HSI-1 a connection is written at its age of a second, one that ends earlier never")
  void writesAtTheAge() {
    ConnectionEntry entry = offer(1, 1, 0);
    offer(2, 1, 0);

    assertThat(due(SECOND - 1)).isEmpty();
    schedule.end(Entries.key(2));
    assertThat(due(SECOND)).containsExactly(entry);
    assertThat(due(SECOND)).isEmpty();
    assertThat(schedule.takeRemovals(9)).isEmpty();
  }

  @Test
  @DisplayName("HSI-1 one that changes is written every 10 s, one that does not every 5 min")
  void refreshes() {
    offer(1, 1, 0);
    due(SECOND);
    assertThat(due(300 * SECOND)).isEmpty();
    assertThat(due(301 * SECOND)).containsExactly(connection(1, 1));

    ConnectionEntry changed = offer(1, 2, 302 * SECOND);
    assertThat(due(311 * SECOND - 1)).isEmpty();
    assertThat(due(311 * SECOND)).containsExactly(changed);
    ConnectionEntry last = offer(1, 4, 312 * SECOND);
    assertThat(due(321 * SECOND)).containsExactly(last);
  }

  @Test
  @DisplayName("PDP-3 a change of phase is written at once")
  void writesAChangeOfPhase() {
    offer(1, 1, 0);
    due(SECOND);
    ConnectionEntry closing = Entries.connection(1, owner, 1, 2, Phase.CLOSING);
    schedule.offer(closing, 2 * SECOND);
    assertThat(due(2 * SECOND)).containsExactly(closing);
  }

  @Test
  @DisplayName("HSI-5 what has waited longest is written first")
  void writesTheOldestFirst() {
    ConnectionEntry late = offer(1, 1, 2);
    ConnectionEntry early = offer(2, 1, 1);
    ConnectionEntry latest = offer(3, 1, 3);

    assertThat(schedule.takeDue(2, 5 * SECOND)).containsExactly(early, late);
    offer(2, 2, 5 * SECOND);
    assertThat(schedule.takeDue(2, 20 * SECOND)).containsExactly(latest, connection(2, 2));
  }

  @Test
  @DisplayName("HSI-1 one that was written is removed when it ends, unless it is opened again")
  void removesWhatWasWritten() {
    offer(1, 1, 0);
    offer(2, 1, 0);
    due(SECOND);
    schedule.end(Entries.key(1));
    schedule.end(Entries.key(2));
    offer(2, 7, 2 * SECOND);
    due(3 * SECOND);

    assertThat(schedule.takeRemovals(9)).containsExactly(Entries.key(1));
    assertThat(schedule.takeRemovals(9)).isEmpty();
    schedule.failedRemovals(List.of(Entries.key(1), Entries.key(2)));
    assertThat(schedule.takeRemovals(9)).containsExactly(Entries.key(1));
  }

  @Test
  @DisplayName("HSI-1 what could not be written is due again a second later")
  void repeatsWhatFailed() {
    ConnectionEntry entry = offer(1, 1, 0);
    schedule.failed(due(SECOND), SECOND);

    assertThat(due(2 * SECOND - 1)).isEmpty();
    assertThat(due(2 * SECOND)).containsExactly(entry);
    schedule.end(Entries.key(1));
    schedule.failed(List.of(entry), 3 * SECOND);
    assertThat(due(9 * SECOND)).isEmpty();
    assertThat(schedule.takeRemovals(9)).containsExactly(Entries.key(1));
  }

  @Test
  @DisplayName("HSI-4 a bucket that is released is written and removed no more")
  void releases() {
    offer(3, 1, 0);
    ConnectionEntry other = offer(4, 1, 0);
    due(SECOND);
    offer(19, 1, 0);
    schedule.release(3, 1);
    schedule.offer(connection(3, 8), 2 * SECOND);
    schedule.end(Entries.key(3));

    assertThat(due(600 * SECOND)).containsExactly(other);
    assertThat(schedule.takeRemovals(9)).isEmpty();
    ConnectionEntry regained = Entries.connection(3, owner, 3, 1);
    schedule.offer(regained, 600 * SECOND);
    assertThat(due(601 * SECOND)).containsExactly(regained);
  }

  @Test
  @DisplayName("HSI-1 one that was not offered for a minute is taken for ended")
  void forgets() {
    offer(1, 1, 0);
    offer(2, 1, 0);
    due(SECOND);
    offer(2, 1, 30 * SECOND);
    schedule.forget(60 * SECOND - 1);
    assertThat(schedule.size()).isEqualTo(2);
    schedule.forget(60 * SECOND);
    assertThat(schedule.size()).isEqualTo(1);
    assertThat(schedule.takeRemovals(9)).containsExactly(Entries.key(1));
  }

  @Test
  @DisplayName("LD-3 all that were written are written again when the table may have lost some")
  void writesAgain() {
    ConnectionEntry written = offer(1, 1, 0);
    offer(2, 1, 0);
    due(SECOND);
    offer(3, 1, SECOND);
    offer(1, 2, SECOND);
    schedule.writeAgain();
    schedule.end(Entries.key(2));
    assertThat(due(SECOND)).isEmpty();
    assertThat(schedule.takeAgain(0)).isEmpty();
    assertThat(schedule.takeAgain(9)).containsExactly(written);
    assertThat(schedule.takeAgain(9)).isEmpty();
  }

  @Test
  @DisplayName("HSI-1 looking after a connection takes less than 512 octets of heap")
  void isSmall() throws InterruptedException {
    int count = 100_000;
    ConnectionSchedule large =
        new ConnectionSchedule(new TableSettings(16, 1, 2_000, count, count, Times.DEFAULT));
    long before = usedBytes();
    for (int number = 0; number < count; number++) {
      large.offer(connection(number, 1), 0);
    }
    large.takeDue(count, SECOND);
    long bytes = (usedBytes() - before) / count;
    System.out.println("heap of a connection that is looked after " + bytes);
    assertThat(large.size()).isEqualTo(count);
    assertThat(bytes).isLessThan(512);
  }

  private static long usedBytes() throws InterruptedException {
    System.gc();
    Thread.sleep(200); // a collection goes on for a while after it was asked for
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  @DisplayName("HSI-1 a node looks after so many connections and no more")
  void isBounded() {
    for (int number = 0; number < MAX_TRACKED; number++) {
      offer(number, 1, 0);
    }
    assertThat(schedule.untracked()).isZero();
    offer(MAX_TRACKED, 1, 0);
    assertThat(schedule.untracked()).isEqualTo(1);
    assertThat(schedule.size()).isEqualTo(MAX_TRACKED);
    schedule.endAll();
    assertThat(schedule.size()).isZero();
  }
}
