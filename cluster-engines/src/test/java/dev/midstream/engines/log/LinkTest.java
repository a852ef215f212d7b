package dev.midstream.engines.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.stream.CommitMode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The way to a backup that is slow, or that gets the records of many buckets. */
class LinkTest {
  private static final long MILLI = 1_000_000;
  private static final byte[] RECORD = new byte[50_000];

  /** A record that an empty replica can read: all connections are no more. */
  private static final byte[] CLOSE_ALL = {4};

  /** So many workers that 1,024 octets of each may wait. */
  private static final int MANY_WORKERS = (int) (Link.MOST_LOGGED_BYTES / 1_024);

  private final Link link = new Link(Link.WINDOW_BYTES, Long.MAX_VALUE);
  private final List<Append> sent = new ArrayList<>();

  @Test
  @DisplayName("HSI-5 records to a backup that needs 50 ms to answer are soon not sent again")
  void learnsHowLongAnswersTake() {
    BackupStream stream = new BackupStream(3, 1, 1, link);
    long now = 0;
    for (int number = 1; number <= 100; number++) {
      stream.append(RECORD);
      stream.send(now, sent::add);
      long answered = now + 50 * MILLI;
      while (stream.dueNanos() < answered) {
        now = stream.dueNanos();
        stream.sendAgain(now, sent::add);
      }
      now = answered;
      stream.noteApplied(number, now);
    }
    assertThat(sent).hasSizeBetween(100, 105);
  }

  @Test
  @DisplayName("HSI-5 a lost record is sent again after 10 ms where answers take less, then rarely")
  void repeatsSoonAndThenRarely() {
    BackupStream stream = new BackupStream(3, 1, 1, link);
    for (int number = 1; number <= 20; number++) {
      stream.append(RECORD);
      stream.send(number * MILLI, sent::add);
      stream.noteApplied(number, number * MILLI + MILLI / 10);
    }
    stream.append(RECORD);
    stream.send(100 * MILLI, sent::add);
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      times.add((stream.dueNanos() - 100 * MILLI) / MILLI);
      stream.sendAgain(stream.dueNanos(), sent::add);
    }
    assertThat(times).containsExactly(10L, 30L, 70L, 150L, 310L, 630L, 1_270L, 1_910L, 2_550L);
  }

  @Test
  @DisplayName(
      "HDP-18 HSI-5 a backup for which too much waits is given up, and says so; no base is")
  void givesUpWhatIsTooSlow() {
    NodeId backup = new NodeId(NodeAddress.ofIpv4(2, 1), new UUID(0, 2));
    Links links = new Links(1, CommitMode.ON_CHANGE, LogMeter.NONE);
    BackupStream base = new BackupStream(4, 1, 1, links.of(backup));
    fill(base); // how much there is does not depend on how slow the backup is
    base.endBase();
    BackupStream stream = new BackupStream(3, 1, 1, links.of(backup));
    stream.endBase();
    stream.append(CLOSE_ALL);
    stream.send(0, sent::add);
    fill(stream);
    assertThat(links.of(backup).loggedBytes()).isLessThan(2L * RECORD.length);

    BucketReplica replica = new BucketReplica(3, 1, 1, backup, null, 0);
    assertThat(replica.append(sent.getFirst(), 0)).isEqualTo(new Applied(3, 1, 1, 1));
    assertThat(replica.noteCounted() && replica.isHeir()).isTrue();
    stream.send(0, sent::add); // it is not known what it holds
    assertThat(replica.append(sent.getLast(), 0)).isEqualTo(new Applied(3, 1, 1, 1));
    stream.noteApplied(1, 0);
    stream.send(0, sent::add);
    assertThat(replica.append(sent.getLast(), 0)).isNull();
    assertThat(sent).hasSize(3);
    assertThat(replica.isHeir()).isFalse();
    stream.sendAgain(stream.dueNanos(), sent::add);
    assertThat(sent.getLast()).isEqualTo(sent.get(2));
    stream.end();
    assertThat(links.of(backup).loggedBytes()).isZero();
    assertThat(links.bytesOnTheWay()).isZero();
  }

  @Test
  @DisplayName(
      "HDP-18 HSI-5 no backup is given up if senders wait for it, or the bucket is handed over")
  void givesUpNoOther() {
    NodeId backup = new NodeId(NodeAddress.ofIpv4(2, 1), new UUID(0, 2));
    for (CommitMode mode : List.of(CommitMode.STRICT, CommitMode.BEFORE_ACK)) {
      BackupStream stream = new BackupStream(3, 1, 1, new Links(1, mode, LogMeter.NONE).of(backup));
      stream.endBase();
      fill(stream);
      assertThat(sentOf(stream)).isEqualTo(RECORD.length);
    }
    BackupStream last =
        new BackupStream(3, 1, 1, new Links(1, CommitMode.ON_CHANGE, LogMeter.NONE).of(backup));
    last.endBase();
    last.noteLast();
    fill(last);
    assertThat(sentOf(last)).isEqualTo(RECORD.length);
  }

  @Test
  @DisplayName(
      "HDP-18 HSI-5 HSI-4 a bucket that is handed over does not use up what others may have waiting")
  void givesUpNoneBesideAHandOver() {
    NodeId backup = new NodeId(NodeAddress.ofIpv4(2, 1), new UUID(0, 2));
    Links links = new Links(1, CommitMode.ON_CHANGE, LogMeter.NONE);
    BackupStream last = new BackupStream(3, 1, 1, links.of(backup));
    last.endBase();
    last.append(RECORD);
    last.noteLast();
    fill(last);
    BackupStream other = new BackupStream(4, 1, 1, links.of(backup));
    other.endBase();
    other.append(RECORD);
    assertThat(sentOf(other)).isEqualTo(RECORD.length);
    last.send(0, sent::add);
    last.noteApplied(1, 0);
    last.end();
    assertThat(links.of(backup).loggedBytes()).isEqualTo(RECORD.length);
  }

  @Test
  @DisplayName("HDP-18 HSI-4 the log of a bucket is not given up that is handed over")
  void handsOverMuch() {
    NodeId taker = new NodeId(NodeAddress.ofIpv4(2, 1), new UUID(0, 2));
    CommitMode mode = CommitMode.ON_CHANGE;
    Links links = new Links(MANY_WORKERS, mode, LogMeter.NONE);
    BucketLog log = new BucketLog(3, 1, LogSettings.of(mode), links);
    log.adopt(taker, 1);
    log.retainOnly(taker);
    StateWriter record = new StateWriter();
    IntStream.range(0, 1_000).forEach(_ -> record.octet(7));
    for (int i = 0; i < 10; i++) {
      long ignored = log.append(record);
    }
    log.send(0, (_, message) -> sent.add((Append) message));
    assertThat(sent.getFirst().records().getFirst()).isEqualTo(record.toOctets());
  }

  @Test
  @DisplayName("HSI-5 HDP-18 the workers of a node share what may be on the way, and what may wait")
  void workersShareTheLimits() {
    NodeId backup = new NodeId(NodeAddress.ofIpv4(2, 1), new UUID(0, 2));
    Link one = new Links(4, CommitMode.ON_CHANGE, LogMeter.NONE).of(backup);
    one.addLogged(Link.MOST_LOGGED_BYTES / 4);
    assertThat(one.isOverfull()).isFalse();
    one.addLogged(1);
    assertThat(one.isOverfull()).isTrue();
    one.add(Link.WINDOW_BYTES / 4 - 1);
    assertThat(one.hasRoom()).isTrue();
    one.add(1);
    assertThat(one.hasRoom()).isFalse();
  }

  @Test
  @DisplayName("HDP-18 HSI-5 what was on the way of a log that is given up takes no room any more")
  void givenUpTakesNoRoom() {
    NodeId backup = new NodeId(NodeAddress.ofIpv4(2, 1), new UUID(0, 2));
    Links links = new Links(1, CommitMode.ON_CHANGE, LogMeter.NONE);
    BackupStream stream = new BackupStream(3, 1, 1, links.of(backup));
    stream.endBase();
    while (links.of(backup).hasRoom()) {
      stream.append(RECORD);
      stream.send(0, sent::add);
    }
    fill(stream);
    assertThat(links.of(backup).hasRoom()).isTrue();
    assertThat(links.bytesOnTheWay()).isZero();
    assertThat(sentOf(stream)).as("that it is given up").isEqualTo(1);
  }

  private static void fill(BackupStream stream) {
    for (long bytes = 0; bytes <= 2 * Link.MOST_LOGGED_BYTES; bytes += RECORD.length) {
      stream.append(RECORD);
    }
  }

  /** The octets of the first record that a stream sends. */
  private int sentOf(BackupStream stream) {
    stream.send(0, sent::add);
    return sent.removeLast().records().getFirst().length;
  }

  @Test
  @DisplayName("HSI-5 many logs together have no more on the way than one, and each gets its turn")
  void limitsAllLogsTogether() {
    List<BackupStream> streams = new ArrayList<>();
    for (int bucket = 0; bucket < 40; bucket++) {
      BackupStream stream = new BackupStream(bucket, 1, 1, link);
      stream.append(RECORD);
      streams.add(stream);
      stream.send(0, sent::add);
    }
    assertThat(link.bytesOnTheWay()).isBetween(1L << 20, (1L << 20) + 60_000);
    int first = sent.size();
    assertThat(first).isLessThan(40);
    streams.get(0).noteApplied(1, MILLI);
    assertThat(link.takeBlocked()).hasSize(40 - first).contains(39);
    for (BackupStream stream : streams) {
      stream.send(MILLI, sent::add);
    }
    assertThat(sent).hasSize(first + 1);
    streams.forEach(BackupStream::end);
    assertThat(link.bytesOnTheWay()).isZero();
    assertThat(link.takeBlocked()).hasSize(40 - first - 1);
  }
}
