package dev.midstream.engines.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Counted;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.stream.CommitMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The owner's side of a log, against backups whose answers the test makes up. */
class BucketLogTest {
  private static final long EPOCH = 100;
  private static final long MILLI = 1_000_000;
  private static final NodeId ONE = node(1);
  private static final NodeId TWO = node(2);
  private final BucketLog log =
      new BucketLog(3, EPOCH, LogSettings.of(CommitMode.STRICT), new Links());
  private final List<String> sent = new ArrayList<>();
  private long nowNanos;

  private static NodeId node(int number) {
    return new NodeId(NodeAddress.ofIpv4(number, 7800), new UUID(0, number));
  }

  private static void noBase(Consumer<StateWriter> taker) {
    throw new AssertionError("the engine writes the base of the first backup: " + taker);
  }

  private static StateWriter record(int octet) {
    StateWriter record = new StateWriter();
    record.octet(octet);
    return record;
  }

  private List<String> sent() {
    sent.clear();
    log.send(nowNanos, this::note);
    return sent;
  }

  private void note(NodeId to, LogMessage message) {
    String name = to.equals(ONE) ? "one" : "two";
    if (message instanceof Append append) {
      StringBuilder octets = new StringBuilder();
      append.records().forEach(each -> octets.append(' ').append(each[0]));
      sent.add(name + " from " + append.first() + ":" + octets);
    } else if (message instanceof Counted counted) {
      sent.add(name + " counted " + counted.since());
    }
  }

  private void applied(NodeId node, long since, long number) {
    log.noteApplied(node, since, number, nowNanos);
  }

  /** A log with one backup that counts, and two records that it holds. */
  private void protectByOne() {
    log.begin(ONE, 101, BucketLogTest::noBase);
    log.append(record(1));
    log.append(record(2));
    log.endBase();
    sent();
    applied(ONE, 101, 2);
    sent();
  }

  @Test
  @DisplayName("HSI-5 without a backup the log is alone, and keeps no record")
  void isAloneWithoutBackups() {
    assertThat(log.state()).isEqualTo(LogState.ALONE);
    assertThatThrownBy(() -> log.append(record(1))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  @DisplayName("HSI-5 the first backup counts when it holds what the engine wrote anew")
  void countsTheFirstBackup() {
    log.begin(ONE, 101, BucketLogTest::noBase);
    assertThat(log.state()).isEqualTo(LogState.COMMITTING);
    assertThat(log.append(record(1))).isEqualTo(1);
    assertThat(sent()).containsExactly("one from 1: 1");
    applied(ONE, 101, 1);
    assertThat(log.committed()).isEqualTo(1);
    assertThat(sent()).isEmpty();
    log.append(record(2));
    log.endBase();
    assertThat(sent()).containsExactly("one from 2: 2");
    applied(ONE, 101, 2);
    assertThat(sent()).containsExactly("one counted 101");
    assertThat(sent()).isEmpty();
    assertThat(log.protectedBy()).isOne();
  }

  @Test
  @DisplayName("HSI-5 PDP-6 a second backup gets a base of its own, and then the same records")
  void countsASecondBackup() {
    protectByOne();
    log.begin(
        TWO,
        102,
        taker -> {
          taker.accept(record(11));
          taker.accept(record(12));
          taker.accept(record(13));
        });
    log.append(record(3));
    assertThat(sent()).containsExactly("one from 3: 3", "two from 1: 11 12 13 3");
    applied(ONE, 101, 3);
    assertThat(log.committed()).as("it holds no base yet").isEqualTo(3);
    log.append(record(4));
    sent();
    applied(TWO, 102, 3);
    assertThat(sent()).as("it lacks a record that is committed").isEmpty();
    applied(ONE, 101, 4);
    assertThat(log.committed()).as("it counts from its base on").isEqualTo(3);
    applied(TWO, 102, 4);
    assertThat(sent()).containsExactly("two counted 102");
    applied(TWO, 102, 5);
    assertThat(log.committed()).isEqualTo(4);
  }

  @Test
  @DisplayName("HSI-5 while the base of the first backup is written another one waits")
  void beginsOneBaseAtATime() {
    log.begin(ONE, 101, BucketLogTest::noBase);
    log.begin(TWO, 102, BucketLogTest::noBase);
    log.append(record(1));
    assertThat(sent()).containsExactly("one from 1: 1");
  }

  @Test
  @DisplayName("HSI-5 a record is sent again after 10 ms, then after ever longer times")
  void repeatsWhatIsNotAnswered() {
    protectByOne();
    log.append(record(3));
    assertThat(sent()).hasSize(1);
    assertThat(log.dueNanos()).isEqualTo(10 * MILLI);
    nowNanos = 10 * MILLI - 1;
    assertThat(sent()).isEmpty();
    nowNanos = 10 * MILLI;
    assertThat(sent()).containsExactly("one from 3: 3");
    assertThat(log.dueNanos()).isEqualTo(30 * MILLI);
    log.append(record(4));
    assertThat(sent()).as("while it does not answer").isEmpty();
    applied(ONE, 101, 3);
    assertThat(sent()).containsExactly("one from 4: 4");
    applied(ONE, 101, 4);
    assertThat(log.dueNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @DisplayName("HSI-5 an old answer, one to another replica, and one to nothing say nothing")
  void ignoresOddAnswers() {
    protectByOne();
    log.append(record(3));
    applied(ONE, 101, 1);
    applied(ONE, 99, 3);
    applied(ONE, 101, 4);
    applied(TWO, 101, 3);
    assertThat(log.committed()).isEqualTo(2);
  }

  @Test
  @DisplayName("HSI-5 a backup that asks once more is told once more that it counts")
  void repeatsThatABackupCounts() {
    protectByOne();
    log.begin(ONE, 101, BucketLogTest::noBase);
    assertThat(sent()).containsExactly("one counted 101");
  }

  @Test
  @DisplayName(
      "HSI-5 without the last backup the log is alone, and takes back what is not committed")
  void isAloneAgain() {
    protectByOne();
    log.append(record(3));
    log.retain(Map.of(ONE, 101L));
    assertThat(log.state()).isEqualTo(LogState.COMMITTING);
    log.retain(Map.of(ONE, 103L));
    assertThat(log.state()).isEqualTo(LogState.ALONE);
    log.begin(ONE, 103, BucketLogTest::noBase);
    assertThat(log.append(record(4))).isEqualTo(3);
    assertThat(sent()).containsExactly("one from 1: 4");
    applied(ONE, 103, 1);
    assertThat(log.committed()).isEqualTo(3);
  }

  @Test
  @DisplayName("HSI-5 a backup that is gone does not hold records back any more")
  void goesOnWithoutABackup() {
    protectByOne();
    log.begin(TWO, 102, taker -> taker.accept(record(11)));
    sent();
    applied(TWO, 102, 1);
    log.append(record(3));
    sent();
    applied(TWO, 102, 2);
    assertThat(log.committed()).isEqualTo(2);
    log.retain(Map.of(TWO, 102L));
    assertThat(log.committed()).isEqualTo(3);
  }

  @Test
  @DisplayName("HSI-4 the giver of a bucket counts from the first record on, without a base")
  void adoptsTheGiver() {
    log.adopt(ONE, EPOCH);
    log.append(record(1));
    assertThat(log.committed()).isZero();
    assertThat(sent()).containsExactly("one from 1: 1");
    assertThat(log.isHeldBy(ONE)).isFalse();
    applied(ONE, EPOCH, 1);
    assertThat(log.committed()).isEqualTo(1);
    assertThat(log.isHeldBy(ONE)).isTrue();
  }

  /** A log whose two backups hold what an owner before has sent; its base has two records. */
  private void goOnWithTwo() {
    Map<NodeId, Long> holders = new LinkedHashMap<>();
    holders.put(ONE, EPOCH);
    holders.put(TWO, EPOCH);
    log.begin(holders);
    log.writeBase(taker -> {
      taker.accept(record(11));
      taker.accept(record(12));
    });
  }

  @Test
  @DisplayName("LD-14 HSI-5 nothing leaves before each backup that can go on has its base")
  void isHeldBackUntilTheBaseIsThere() {
    goOnWithTwo();
    assertThat(log.state()).isEqualTo(LogState.COMMITTING);
    assertThat(sent()).containsExactly("one from 1: 11 12", "two from 1: 11 12");
    applied(ONE, EPOCH, 2);
    assertThat(log.isHeldBack()).isTrue();
    applied(TWO, EPOCH, 1);
    assertThat(log.isHeldBack()).isTrue();
    applied(TWO, EPOCH, 2);
    assertThat(log.isHeldBack()).isFalse();
    assertThat(sent()).containsExactly("one counted 100", "two counted 100");
    assertThat(log.append(record(1))).isEqualTo(1);
    sent();
    applied(ONE, EPOCH, 3);
    assertThat(log.committed()).isZero();
    applied(TWO, EPOCH, 3);
    assertThat(log.committed()).isEqualTo(1);
  }

  @Test
  @DisplayName("LD-14 HSI-5 a backup that the table names no more holds nothing back")
  void isNotHeldBackByOneThatIsGone() {
    goOnWithTwo();
    sent();
    applied(ONE, EPOCH, 2);
    log.retain(Map.of(ONE, EPOCH));
    assertThat(log.isHeldBack()).isFalse();
    assertThat(log.state()).isEqualTo(LogState.COMMITTING);
    log.retain(Map.of());
    assertThat(log.state()).isEqualTo(LogState.ALONE);
  }

  @Test
  @DisplayName("HSI-5 a backup that holds nothing does not hold back what leaves")
  void isNotHeldBackByOneThatBegins() {
    protectByOne();
    log.begin(TWO, 102, taker -> taker.accept(record(11)));
    assertThat(log.isHeldBack()).isFalse();
  }

  @Test
  @DisplayName("HSI-2 a later epoch refuses the log, an earlier one does not")
  void isRefused() {
    protectByOne();
    log.append(record(3));
    log.refuse(EPOCH);
    assertThat(log.state()).isEqualTo(LogState.COMMITTING);
    log.refuse(EPOCH + 1);
    assertThat(log.state()).isEqualTo(LogState.REFUSED);
    assertThat(sent()).isEmpty();
    applied(ONE, 101, 3);
    log.begin(TWO, 102, BucketLogTest::noBase);
    log.retain(Map.of());
    assertThat(log.committed()).isEqualTo(2);
    assertThat(log.state()).isEqualTo(LogState.REFUSED);
  }

  @Test
  @DisplayName("HSI-5 a long base leaves in messages of 60,000 octets, one megabyte at once")
  void sendsALongBaseInParts() {
    log.begin(ONE, 101, BucketLogTest::noBase);
    StateWriter large = new StateWriter();
    large.octets(new byte[25_000], 0, 25_000);
    for (int i = 0; i < 100; i++) {
      log.append(large);
    }
    log.endBase();
    assertThat(sent()).hasSize(21).allMatch(each -> each.endsWith(": 0 0"));
    applied(ONE, 101, 10);
    assertThat(sent()).hasSize(5);
    applied(ONE, 101, 100);
    assertThat(log.committed()).as("so many were not sent").isEqualTo(10);
  }

  @Test
  @DisplayName("HSI-6 nothing is committed from an expectation on before all members know it")
  void waitsForMembers() {
    protectByOne();
    log.announcements().retain(List.of(ONE, TWO), List::of);
    log.append(record(3));
    log.append(record(4));
    log.announce(new byte[] {9});
    log.append(record(5));
    assertThat(sent()).contains("one from 1: 9", "two from 1: 9");
    applied(ONE, 101, 5);
    assertThat(log.committed()).isEqualTo(3);
    applied(ONE, LogMessage.ANNOUNCEMENTS, 1);
    assertThat(log.committed()).isEqualTo(3);
    nowNanos += 10 * MILLI;
    assertThat(sent()).containsExactly("two from 1: 9");
    applied(TWO, LogMessage.ANNOUNCEMENTS, 1);
    assertThat(log.committed()).isEqualTo(5);
  }

  @Test
  @DisplayName("HSI-6 a member that the table drops is not waited for, a new one is told all")
  void waitsForMembersOfTheTable() {
    protectByOne();
    log.announcements().retain(List.of(ONE), List::of);
    log.append(record(3));
    log.announce(new byte[] {9});
    sent();
    applied(ONE, 101, 3);
    assertThat(log.committed()).isEqualTo(2);
    log.announcements().retain(List.of(TWO), () -> List.of(new byte[] {8}));
    assertThat(sent()).contains("two from 1: 8");
    assertThat(log.committed()).isEqualTo(2);
    applied(TWO, LogMessage.ANNOUNCEMENTS, 1);
    assertThat(log.committed()).isEqualTo(3);
    log.append(record(4));
    log.announce(new byte[] {7});
    assertThat(sent()).contains("two from 2: 7");
    applied(ONE, 101, 4);
    assertThat(log.committed()).isEqualTo(3);
    applied(TWO, LogMessage.ANNOUNCEMENTS, 2);
    assertThat(log.committed()).isEqualTo(4);
  }

  @Test
  @DisplayName("HSI-6 an owner sends nothing before all members know what it has inherited")
  void isHeldBackUntilMembersKnow() {
    log.announcements().retain(List.of(ONE), List::of);
    log.announce(new byte[] {9});
    log.announcements().holdBack();
    assertThat(log.isHeldBack()).isTrue();
    sent();
    applied(ONE, LogMessage.ANNOUNCEMENTS, 1);
    assertThat(log.isHeldBack()).isFalse();
    log.announcements().retain(List.of(TWO), () -> List.of(new byte[] {9}));
    assertThat(log.isHeldBack()).isFalse();
  }

  @Test
  @DisplayName("HSI-6 what waits for members goes on to do so when records are lost")
  void waitsForMembersAfterALoss() {
    protectByOne();
    log.announcements().retain(List.of(TWO), List::of);
    log.append(record(3));
    log.append(record(4));
    log.announce(new byte[] {9});
    sent();
    log.retain(Map.of());
    assertThat(log.state()).isEqualTo(LogState.ALONE);
    log.begin(ONE, 102, BucketLogTest::noBase);
    log.append(record(3));
    log.endBase();
    sent();
    applied(ONE, 102, 1);
    assertThat(log.committed()).isEqualTo(2);
    applied(TWO, LogMessage.ANNOUNCEMENTS, 1);
    assertThat(log.committed()).isEqualTo(3);
  }
}
