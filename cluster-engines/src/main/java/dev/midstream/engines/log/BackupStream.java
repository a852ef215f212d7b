package dev.midstream.engines.log;

import dev.midstream.engines.message.LogMessage.Append;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The records on their way to one backup, with numbers of their own: a base first, then the log.
 * What is not answered is sent again from the first such record on; a backup that does not answer
 * is sent one message only.
 */
final class BackupStream {
  /** Octets of records in one message, unless a single one is longer. */
  static final int MESSAGE_BYTES = 60_000;

  /** A record that no node can read: the backup is to be one no more. */
  private static final byte[] GIVEN_UP = {99};

  private static final int FORGOTTEN_AT_ONCE = 1_024;
  private static final long NEVER = Long.MAX_VALUE;
  private static final long UNKNOWN = Long.MAX_VALUE;
  private static final long NONE = 0;

  private final int bucket;
  private final long epoch;
  private final long since;
  private final Link link;
  private final List<byte[]> records = new ArrayList<>();
  private int answered;
  private long forgotten;
  private long applied;
  private long sent;
  private long everSent;
  private long appended;
  private long baseEnd = UNKNOWN;
  private boolean isGivenUp;
  private boolean isLast;

  /** Octets of records after the base that are not answered. */
  private long bytesOfLog;

  private long bytesOnTheWay;
  private boolean repeating;
  private long againNanos = NEVER;

  /** The record whose answer is measured, or none, and when it left. */
  private long measured = NONE;

  private long measuredNanos;

  BackupStream(int bucket, long epoch, long since, Link link) {
    this.link = link;
    this.bucket = bucket;
    this.epoch = epoch;
    this.since = since;
  }

  long epoch() {
    return epoch;
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

  /**
   * Appends a record, whose octets must not change. If more wait than may, none is kept any more:
   * the backup gets one that it cannot read, and so it says that it is none.
   */
  void append(byte[] octets) {
    appended++;
    if (isGivenUp) {
      return;
    }
    records.add(octets);
    addLogged(appended, octets.length);
    if (isBaseWritten() && !isLast && link.isOverfull()) {
      giveUp();
    }
  }

  private void giveUp() {
    isGivenUp = true;
    endCounting();
    records.clear();
    records.add(GIVEN_UP);
    sayGivenUp();
  }

  /** The record that cannot be read is the next one that the backup does not hold. */
  private void sayGivenUp() {
    add(-bytesOnTheWay);
    forgotten = applied;
    answered = 0;
    sent = applied;
    repeating = false;
    measured = NONE;
    againNanos = NEVER;
  }

  /**
   * Notes that only a last record of each connection comes, however many there are. What waits of
   * these is as much as the connections are, and does not count as what waits of others does.
   */
  void noteLast() {
    isLast = true;
    endCounting();
  }

  private void endCounting() {
    link.addLogged(-bytesOfLog);
    bytesOfLog = 0;
  }

  /** The number of the last record that was not forgotten. */
  private long lastKept() {
    return forgotten + records.size();
  }

  private void addLogged(long number, int bytes) {
    if (number > baseEnd && !isLast) {
      bytesOfLog += bytes;
      link.addLogged(bytes);
    }
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
    if (isGivenUp) {
      applied = number;
      sayGivenUp();
      return;
    }
    while (applied < number) {
      byte[] record = records.get(answered++);
      applied++;
      addLogged(applied, -record.length);
      add(applied <= sent ? -record.length : 0);
    }
    if (measured != NONE && applied >= measured) {
      link.measure(nowNanos - measuredNanos);
      measured = NONE;
    }
    sent = Math.max(sent, applied);
    repeating = false;
    againNanos = sent > applied ? nowNanos + link.againNanos() : NEVER;
    forget();
  }

  private void forget() {
    if (answered >= FORGOTTEN_AT_ONCE || applied == lastKept()) {
      records.subList(0, answered).clear();
      forgotten += answered;
      answered = 0;
    }
  }

  private void add(long bytes) {
    bytesOnTheWay += bytes;
    link.add(bytes);
  }

  /** Nothing is sent any more. */
  void end() {
    add(-bytesOnTheWay);
    endCounting();
    againNanos = NEVER;
  }

  /** Sends what was appended since, as far as the window permits. */
  void send(long nowNanos, Consumer<Append> sender) {
    while (sent < lastKept() && !repeating && link.hasRoom()) {
      sendOne(nowNanos, sender);
    }
    if (sent < lastKept() && !repeating) {
      link.block(bucket);
    }
  }

  /** Sends the first records again that are not answered, if that is due. */
  void sendAgain(long nowNanos, Consumer<Append> sender) {
    if (againNanos > nowNanos) {
      return;
    }
    sent = applied;
    add(-bytesOnTheWay);
    repeating = true;
    measured = NONE;
    link.backOff();
    againNanos = NEVER;
    sendOne(nowNanos, sender);
  }

  private void sendOne(long nowNanos, Consumer<Append> sender) {
    List<byte[]> some = new ArrayList<>();
    long first = sent + 1;
    int bytes = 0;
    while (sent < lastKept()) {
      byte[] next = records.get((int) (sent - forgotten));
      if (bytes > 0 && bytes + next.length > MESSAGE_BYTES) {
        break;
      }
      some.add(next);
      bytes += next.length;
      sent++;
    }
    if (measured == NONE && first > everSent) {
      measured = sent;
      measuredNanos = nowNanos;
    }
    everSent = Math.max(everSent, sent);
    add(bytes);
    againNanos = Math.min(againNanos, nowNanos + link.againNanos());
    long base = isBaseWritten() ? baseEnd : 0;
    sender.accept(new Append(bucket, epoch, since, first, base, some));
  }
}
