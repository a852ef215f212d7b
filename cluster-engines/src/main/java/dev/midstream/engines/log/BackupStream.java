package dev.midstream.engines.log;

import dev.midstream.engines.message.LogMessage.Append;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The records on their way to one backup, with numbers of their own: a base first, then the log.
 * What is not answered is sent again from the first such record on.
 */
final class BackupStream {
  /** After this time without an answer the first records are sent again: 10 ms. */
  static final long AGAIN_NANOS = 10_000_000;

  /** The time between repetitions doubles up to this: 160 ms. */
  private static final long LONGEST_AGAIN_NANOS = 16 * AGAIN_NANOS;

  /** Octets of records in one message, unless a single one is longer. */
  static final int MESSAGE_BYTES = 60_000;

  /** Octets on their way at once. A backup that does not answer is sent one message only. */
  private static final int WINDOW_BYTES = 1 << 20;

  private static final int FORGOTTEN_AT_ONCE = 1_024;
  private static final long NEVER = Long.MAX_VALUE;
  private static final long UNKNOWN = Long.MAX_VALUE;

  private final int bucket;
  private final long epoch;
  private final long since;
  private final List<byte[]> records = new ArrayList<>();
  private int answered;
  private long forgotten;
  private long applied;
  private long sent;
  private long everSent;
  private long appended;
  private long baseEnd = UNKNOWN;
  private long bytesOnTheWay;
  private boolean repeating;
  private long againNanos = NEVER;
  private long pauseNanos = AGAIN_NANOS;

  BackupStream(int bucket, long epoch, long since) {
    this.bucket = bucket;
    this.epoch = epoch;
    this.since = since;
  }

  long since() {
    return since;
  }

  /** The number of the last record. */
  long appended() {
    return appended;
  }

  /** The number of the last record that the replica holds. */
  long applied() {
    return applied;
  }

  /** Appends a record, whose octets must not change. */
  void append(byte[] octets) {
    records.add(octets);
    appended++;
  }

  /** Notes that the base is written: it ends with the last record. */
  void endBase() {
    baseEnd = appended;
  }

  /** Whether the base is written. */
  boolean isBaseWritten() {
    return baseEnd != UNKNOWN;
  }

  /** Whether the replica holds the whole base. */
  boolean hasBase() {
    return applied >= baseEnd;
  }

  /** When {@link #sendAgain} is due; {@link Long#MAX_VALUE} if nothing waits for an answer. */
  long dueNanos() {
    return againNanos;
  }

  /** Notes an answer. One that names records that were not sent says nothing. */
  void noteApplied(long number, long nowNanos) {
    if (number <= applied || number > everSent) {
      return;
    }
    while (applied < number) {
      byte[] record = records.get(answered++);
      applied++;
      bytesOnTheWay -= applied <= sent ? record.length : 0;
    }
    sent = Math.max(sent, applied);
    repeating = false;
    pauseNanos = AGAIN_NANOS;
    againNanos = sent > applied ? nowNanos + AGAIN_NANOS : NEVER;
    forget();
  }

  private void forget() {
    if (answered >= FORGOTTEN_AT_ONCE || applied == appended) {
      records.subList(0, answered).clear();
      forgotten += answered;
      answered = 0;
    }
  }

  /** Sends what was appended since, as far as the window permits. */
  void send(long nowNanos, Consumer<Append> sender) {
    while (sent < appended && !repeating && bytesOnTheWay < WINDOW_BYTES) {
      sendOne(nowNanos, sender);
    }
  }

  /** Sends the first records again that are not answered, if that is due. */
  void sendAgain(long nowNanos, Consumer<Append> sender) {
    if (againNanos > nowNanos) {
      return;
    }
    sent = applied;
    bytesOnTheWay = 0;
    repeating = true;
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_AGAIN_NANOS);
    againNanos = NEVER;
    sendOne(nowNanos, sender);
  }

  private void sendOne(long nowNanos, Consumer<Append> sender) {
    List<byte[]> some = new ArrayList<>();
    long first = sent + 1;
    int bytes = 0;
    while (sent < appended) {
      byte[] next = records.get((int) (sent - forgotten));
      if (bytes > 0 && bytes + next.length > MESSAGE_BYTES) {
        break;
      }
      some.add(next);
      bytes += next.length;
      sent++;
    }
    everSent = Math.max(everSent, sent);
    bytesOnTheWay += bytes;
    againNanos = Math.min(againNanos, nowNanos + pauseNanos);
    long base = isBaseWritten() ? baseEnd : 0;
    sender.accept(new Append(bucket, epoch, since, first, base, some));
  }
}
