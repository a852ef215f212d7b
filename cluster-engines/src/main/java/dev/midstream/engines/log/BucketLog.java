package dev.midstream.engines.log;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Counted;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The log of one bucket under one epoch, at its owner. A record is committed when all backups that
 * count hold it.
 *
 * <p>Without backups the log is {@link LogState#ALONE}. The first one gets its base from the engine
 * that writes all connections anew; a later one gets a base that is written at one instant. A
 * backup counts once it holds its base; it is told so when it holds all that is committed.
 *
 * <p>Not thread-safe.
 */
public final class BucketLog implements CommitLog {
  private static final long UNKNOWN = Long.MAX_VALUE;

  private final int bucket;
  private final long epoch;
  private final LogSettings settings;
  private final Map<NodeId, Copy> copies = new LinkedHashMap<>();
  private LogState state = LogState.ALONE;
  private long appended;
  private long committed;

  /** One backup. */
  private static final class Copy {
    final BackupStream stream;

    /** What to subtract from a number of the stream to get that of the log. */
    long offset;

    /** The last record of the base in the stream. */
    long baseEnd = UNKNOWN;

    /** Whether nothing is committed that this one does not hold. */
    boolean counts;

    /** Whether it was told that it counts. */
    boolean told;

    Copy(BackupStream stream) {
      this.stream = stream;
    }

    boolean hasBase() {
      return stream.applied() >= baseEnd;
    }

    /** The last record of the log that it holds. */
    long applied() {
      return stream.applied() - offset;
    }
  }

  /** A log without backups. */
  public BucketLog(int bucket, long epoch, LogSettings settings) {
    this.bucket = bucket;
    this.epoch = epoch;
    this.settings = settings;
  }

  /** The bucket. */
  public int bucket() {
    return bucket;
  }

  /** The epoch of its owner. */
  public long epoch() {
    return epoch;
  }

  @Override
  public CommitMode mode() {
    return settings.mode();
  }

  @Override
  public NoCopy noCopy() {
    return settings.noCopy();
  }

  @Override
  public FirstCopies firstCopies() {
    return settings.firstCopies();
  }

  @Override
  public long intervalNanos() {
    return settings.intervalNanos();
  }

  @Override
  public LogState state() {
    return state;
  }

  @Override
  public long committed() {
    return committed;
  }

  @Override
  public long append(StateWriter record) {
    if (state != LogState.COMMITTING) {
      throw new IllegalStateException("a record that is not kept: state=" + state);
    }
    byte[] octets = record.toOctets();
    copies.values().forEach(each -> each.stream.append(octets));
    return ++appended;
  }

  /**
   * Adds a backup that holds all already: it has handed the bucket over, and has the same base. It
   * counts from the first record on.
   */
  public void adopt(NodeId node, long since) {
    Copy copy = new Copy(new BackupStream(bucket, epoch, since));
    copy.offset = -appended;
    copy.baseEnd = 0;
    copy.counts = true;
    copy.told = true;
    copies.put(node, copy);
    state = LogState.COMMITTING;
  }

  /**
   * Begins a stream to a backup that wants a base. One that has its stream is told again that it
   * counts, if it does; while the base of the first one is written, others are not begun.
   *
   * @param base writes all connections as they are, to what it gets; called during the call, unless
   *     this is the first backup: then the engine is to be told that the state has changed
   */
  public void begin(NodeId node, long since, Consumer<Consumer<StateWriter>> base) {
    Copy known = copies.get(node);
    if (known != null || state == LogState.REFUSED) {
      if (known != null && known.stream.since() == since) {
        known.told = false;
      }
      return;
    }
    if (copies.values().stream().anyMatch(each -> each.baseEnd == UNKNOWN)) {
      return;
    }
    Copy copy = new Copy(new BackupStream(bucket, epoch, since));
    if (copies.isEmpty()) {
      copy.offset = -appended;
      copy.counts = true;
      state = LogState.COMMITTING;
    } else {
      base.accept(record -> copy.stream.append(record.toOctets()));
      copy.baseEnd = copy.stream.appended();
      copy.offset = copy.baseEnd - appended;
    }
    copies.put(node, copy);
  }

  /** Notes that the engine has written all connections anew. */
  public void endBase() {
    for (Copy each : copies.values()) {
      if (each.baseEnd == UNKNOWN) {
        each.baseEnd = each.stream.appended();
      }
    }
    update();
  }

  /**
   * Removes the backups that the table does not name, or names with another {@code since}. Records
   * that no other backup holds are lost; they are as if they had not been appended.
   *
   * @param named the backups of the table, each with its {@code since}
   */
  public void retain(Map<NodeId, Long> named) {
    copies
        .entrySet()
        .removeIf(
            each -> !Objects.equals(named.get(each.getKey()), each.getValue().stream.since()));
    if (copies.isEmpty() && state == LogState.COMMITTING) {
      state = LogState.ALONE;
      appended = committed;
    }
    update();
  }

  /** Removes all backups but {@code node}: the bucket is handed over to it. */
  public void retainOnly(NodeId node) {
    copies.keySet().removeIf(each -> !each.equals(node));
  }

  /** Notes what {@code node} holds. */
  public void noteApplied(NodeId node, long since, long number, long nowNanos) {
    Copy copy = copies.get(node);
    if (copy != null && copy.stream.since() == since) {
      copy.stream.noteApplied(number, nowNanos);
      update();
    }
  }

  /** Notes that another node owns the bucket with a later epoch. */
  public void refuse(long newer) {
    if (newer > epoch) {
      state = LogState.REFUSED;
      copies.clear();
    }
  }

  /** Whether {@code node} holds all records. */
  public boolean isHeldBy(NodeId node) {
    Copy copy = copies.get(node);
    return copy != null && copy.stream.applied() == copy.stream.appended();
  }

  /** The number of backups that were told that they count. */
  public int protectedBy() {
    return (int) copies.values().stream().filter(each -> each.told).count();
  }

  private void update() {
    @Nullable Copy last = null;
    for (Copy each : copies.values()) {
      each.counts |= each.hasBase();
      if (each.counts && (last == null || each.applied() < last.applied())) {
        last = each;
      }
    }
    if (last != null) {
      committed = Math.max(committed, last.applied());
    }
  }

  /** When {@link #send} is due without any other cause; {@link Long#MAX_VALUE} if never. */
  public long dueNanos() {
    long nanos = Long.MAX_VALUE;
    for (Copy each : copies.values()) {
      nanos = Math.min(nanos, each.stream.dueNanos());
    }
    return nanos;
  }

  /** Sends what was appended, what is not answered for too long, and which backups count. */
  public void send(long nowNanos, BiConsumer<NodeId, LogMessage> sender) {
    for (Map.Entry<NodeId, Copy> each : copies.entrySet()) {
      Copy copy = each.getValue();
      Consumer<Append> own = append -> sender.accept(each.getKey(), append);
      copy.stream.sendAgain(nowNanos, own);
      copy.stream.send(nowNanos, own);
      if (!copy.told && copy.hasBase() && copy.applied() >= committed) {
        copy.told = true;
        sender.accept(each.getKey(), new Counted(bucket, epoch, copy.stream.since()));
      }
    }
  }
}
