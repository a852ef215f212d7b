package dev.midstream.engines.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.engines.message.LogMessage.Append;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The way to a backup that is slow, or that gets the records of many buckets. */
class LinkTest {
  private static final long MILLI = 1_000_000;
  private static final byte[] RECORD = new byte[50_000];

  private final Link link = new Link(Link.WINDOW_BYTES);
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
