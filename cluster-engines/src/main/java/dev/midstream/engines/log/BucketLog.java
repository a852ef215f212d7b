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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
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
 * <p>Backups that hold a complete replica of the owner before, which has died, count from the
 * beginning ({@link #begin(Map)}), and nothing may leave before they have their bases ({@link
 * #isHeldBack}). So each of them can go on at any time: with the replica that it holds if its base
 * is not there, because then nothing has left since; and with the base and the log if it is,
 * because what has left is committed, and so in its log.
 *
 * <p>Not thread-safe.
 */
public final class BucketLog implements CommitLog {
  private final int bucket;
  private final long epoch;
  private final LogSettings settings;
  private final Links links;
  private final Map<NodeId, LogCopy> copies = new LinkedHashMap<>();
  private final Announcements announcements;
  private final LogCounts counts;
  private LogState state = LogState.ALONE;
  private long appended;
  private long committed;

  /**
   * A log without backups.
   *
   * @param links the ways to them, which all logs of a worker share
   */
  public BucketLog(int bucket, long epoch, LogSettings settings, Links links) {
    this.links = links;
    this.bucket = bucket;
    this.epoch = epoch;
    this.settings = settings;
    announcements = new Announcements(bucket, epoch, links);
    counts = new LogCounts(links.meter());
  }

  /** What all members of the cluster are told. */
  public Announcements announcements() {
    return announcements;
  }

  /**
   * Tells all members what a connection expects. The last record, which says the same to the
   * backups, and all later ones are not committed before all of them hold it.
   */
  public void announce(byte[] expectation) {
    announcements.append(expectation);
    announcements.await(Math.max(appended, committed + 1));
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
    return Math.min(committed, announcements.mostCommitted());
  }

  /** The number of the last record. */
  public long appended() {
    return appended;
  }

  @Override
  public long announced() {
    return announcements.announced();
  }

  @Override
  public long heard() {
    return announcements.applied();
  }

  @Override
  public long append(StateWriter record) {
    if (state != LogState.COMMITTING) {
      throw new IllegalStateException("a record that is not kept: state=" + state);
    }
    byte[] octets = record.toOctets();
    copies.values().forEach(each -> each.stream.append(octets));
    counts.append(octets.length);
    counts.setWaiting(++appended - committed);
    return appended;
  }

  /**
   * Adds a backup that holds all already: it has handed the bucket over, and has the same base. It
   * counts from the first record on.
   */
  public void adopt(NodeId node, long since) {
    LogCopy copy = new LogCopy(new BackupStream(bucket, epoch, since, links.of(node)));
    copy.offset = -appended;
    copy.stream.endBase();
    copy.counts = true;
    copy.told = true;
    copies.put(node, copy);
    state = LogState.COMMITTING;
  }

  /**
   * Adds backups that hold a complete replica of the owner before. Nothing may leave before they
   * have their base, which is {@linkplain #writeBase written} next.
   *
   * @param holders the backups, each with its {@code since}; if there are none, nothing changes
   */
  public void begin(Map<NodeId, Long> holders) {
    holders.forEach((node, since) -> {
      LogCopy copy = new LogCopy(new BackupStream(bucket, epoch, since, links.of(node)));
      copy.counts = true;
      copy.holdsBack = true;
      copies.put(node, copy);
      state = LogState.COMMITTING;
    });
  }

  /**
   * Writes the base of the backups that were added without one.
   *
   * @param base writes all connections as they are, to what it gets; called during the call
   */
  public void writeBase(Consumer<Consumer<StateWriter>> base) {
    List<LogCopy> waiting =
        copies.values().stream().filter(each -> !each.stream.isBaseWritten()).toList();
    if (waiting.isEmpty()) {
      return;
    }
    base.accept(record -> {
      byte[] octets = record.toOctets();
      waiting.forEach(each -> each.stream.append(octets));
    });
    waiting.forEach(this::endBase);
  }

  private void endBase(LogCopy copy) {
    copy.stream.endBase();
    copy.offset = copy.stream.appended() - appended;
  }

  /**
   * Whether a backup that holds a replica of the owner before has no base yet, or a member does not
   * know yet what connections of the owner before expect.
   */
  public boolean isHeldBack() {
    return announcements.isHeldBack() || isBaseAwaited();
  }

  private boolean isBaseAwaited() {
    return copies.values().stream().anyMatch(each -> each.holdsBack && !each.stream.hasBase());
  }

  /**
   * Begins a stream to a backup that wants a base. One that has its stream is told again that it
   * counts, if it does; while the base of the first one is written, others are not begun.
   *
   * @param base writes all connections as they are, to what it gets; called during the call, unless
   *     this is the first backup: then the engine is to be told that the state has changed
   */
  public void begin(NodeId node, long since, Consumer<Consumer<StateWriter>> base) {
    LogCopy known = copies.get(node);
    if (known != null || state == LogState.REFUSED) {
      if (known != null && known.stream.since() == since) {
        known.told = false;
      }
      return;
    }
    if (copies.values().stream().anyMatch(each -> !each.stream.isBaseWritten())) {
      return;
    }
    LogCopy copy = new LogCopy(new BackupStream(bucket, epoch, since, links.of(node)));
    if (copies.isEmpty()) {
      copy.offset = -appended;
      copy.counts = true;
      state = LogState.COMMITTING;
    } else {
      base.accept(record -> copy.stream.append(record.toOctets()));
      endBase(copy);
    }
    copies.put(node, copy);
  }

  /** Notes that the engine has written all connections anew. */
  public void endBase() {
    for (LogCopy each : copies.values()) {
      if (!each.stream.isBaseWritten()) {
        each.stream.endBase();
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
    removeIf((node, copy) -> !Objects.equals(named.get(node), copy.stream.since()));
    noteRemoved();
  }

  private void noteRemoved() {
    if (copies.isEmpty() && state == LogState.COMMITTING) {
      state = LogState.ALONE;
      appended = committed;
      counts.forget();
      announcements.awaitFrom(committed + 1);
    }
    update();
  }

  /** Removes all backups but {@code node}: the bucket is handed over to it. */
  public void retainOnly(NodeId node) {
    removeIf((other, copy) -> !other.equals(node));
    noteLast();
  }

  /** Notes that only a last record of each connection comes, which other nodes must get. */
  public void noteLast() {
    copies.values().forEach(each -> each.stream.noteLast());
  }

  /** As {@link #retain} if the table named only {@code node}. */
  public void retainStaying(NodeId node) {
    removeIf((other, copy) -> !other.equals(node));
    noteRemoved();
  }

  /** Whether {@code node} is a backup. */
  public boolean hasBackup(NodeId node) {
    return copies.containsKey(node);
  }

  /** Adds the owner as first backup of what stays; it has failed {@code attempt} times. */
  public void beginStaying(NodeId node, long itsEpoch, int attempt) {
    long since = LogMessage.STAYING_LOG - attempt;
    LogCopy copy = new LogCopy(new BackupStream(bucket, itsEpoch, since, links.of(node)));
    copy.offset = -appended;
    copy.counts = true;
    copies.put(node, copy);
    state = LogState.COMMITTING;
  }

  private void removeIf(BiPredicate<NodeId, LogCopy> filter) {
    copies
        .entrySet()
        .removeIf(each -> {
          boolean isRemoved = filter.test(each.getKey(), each.getValue());
          if (isRemoved) {
            each.getValue().stream.end();
          }
          return isRemoved;
        });
  }

  /** Removes all backups: nothing is sent any more. */
  public void end() {
    removeIf((node, copy) -> true);
    announcements.end();
    counts.forget();
  }

  /** Notes what {@code node} holds. */
  public void noteApplied(NodeId node, long since, long number, long nowNanos) {
    if (since == LogMessage.ANNOUNCEMENTS) {
      announcements.noteApplied(node, number, nowNanos);
      return;
    }
    LogCopy copy = copies.get(node);
    if (copy != null && copy.stream.since() == since) {
      copy.stream.noteApplied(number, nowNanos);
      update();
      counts.noteCommitted(committed, nowNanos);
    }
  }

  /** Notes that another node owns the bucket with a later epoch. */
  public void refuse(long newer) {
    if (newer > epoch && state != LogState.REFUSED) {
      counts.noteRefused();
      state = LogState.REFUSED;
      end();
    }
  }

  /** Whether {@code node} holds all records. */
  public boolean isHeldBy(NodeId node) {
    LogCopy copy = copies.get(node);
    return copy != null && copy.stream.applied() == copy.stream.appended();
  }

  /** The number of backups that were told that they count. */
  public int protectedBy() {
    return (int) copies.values().stream().filter(each -> each.told).count();
  }

  private void update() {
    @Nullable LogCopy last = null;
    for (LogCopy each : copies.values()) {
      each.counts |= each.stream.hasBase();
      if (each.counts && (last == null || each.applied() < last.applied())) {
        last = each;
      }
    }
    if (last != null) {
      committed = Math.max(committed, last.applied());
      counts.setWaiting(state == LogState.COMMITTING ? appended - committed : 0);
    }
  }

  /** When {@link #send} is due without any other cause; {@link Long#MAX_VALUE} if never. */
  public long dueNanos() {
    long nanos = announcements.dueNanos();
    for (LogCopy each : copies.values()) {
      nanos = Math.min(nanos, each.stream.dueNanos());
    }
    return nanos;
  }

  /** Sends what was appended, what is not answered for too long, and which backups count. */
  public void send(long nowNanos, BiConsumer<NodeId, LogMessage> sender) {
    announcements.send(nowNanos, sender);
    counts.noteSent(appended, committed, nowNanos);
    for (Map.Entry<NodeId, LogCopy> each : copies.entrySet()) {
      LogCopy copy = each.getValue();
      Consumer<Append> own = append -> sender.accept(each.getKey(), append);
      copy.stream.sendAgain(nowNanos, own);
      copy.stream.send(nowNanos, own);
      if (!copy.told && copy.stream.hasBase() && copy.applied() >= committed) {
        copy.told = true;
        sender.accept(each.getKey(), new Counted(bucket, copy.stream.epoch(), copy.stream.since()));
      }
    }
  }
}
