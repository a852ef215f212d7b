package dev.midstream.engines.log;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the owner of a bucket tells all other members of the cluster: what its connections expect,
 * and what has become of expectations (HSI-6). Each member has a stream, as a backup has.
 *
 * <p>What may reveal an expectation is in records of the log that follow on that of the
 * expectation. None of these is committed before all members hold the announcement, or the table
 * names those no more that do not. While no records are kept, the engine keeps that back itself.
 *
 * <p>Not thread-safe.
 */
public final class Announcements {
  private static final long NONE = Long.MAX_VALUE;

  private final int bucket;
  private final long epoch;
  private final Links links;
  private final Map<NodeId, Told> members = new HashMap<>();
  private final Deque<Awaited> awaited = new ArrayDeque<>();
  private long appended;

  /** Nothing leaves before all members hold the announcements up to this one; 0 if all do. */
  private long firstEnd;

  /** The stream of a member, and what to add to its numbers. */
  private record Told(BackupStream stream, long offset) {
    long applied() {
      return stream.applied() + offset;
    }
  }

  /** An announcement that all must hold before {@code record} of the log is committed. */
  private record Awaited(long number, long record) {}

  Announcements(int bucket, long epoch, Links links) {
    this.bucket = bucket;
    this.epoch = epoch;
    this.links = links;
  }

  /**
   * Tells these members only from now on.
   *
   * @param live what a member is told that is new
   */
  public void retain(Collection<NodeId> others, Supplier<List<byte[]>> live) {
    endAllBut(others);
    for (NodeId each : others) {
      if (!members.containsKey(each)) {
        BackupStream stream =
            new BackupStream(bucket, epoch, LogMessage.ANNOUNCEMENTS, links.of(each));
        live.get().forEach(stream::append);
        members.put(each, new Told(stream, appended - stream.appended()));
      }
    }
    settle();
  }

  private void endAllBut(Collection<NodeId> others) {
    members.forEach((node, told) -> {
      if (!others.contains(node)) {
        told.stream.end();
      }
    });
    members.keySet().retainAll(others);
  }

  /** Tells no member anything any more. */
  void end() {
    endAllBut(List.of());
  }

  /** Tells all members {@code record}, whose octets must not change. */
  public void append(byte[] record) {
    members.values().forEach(each -> each.stream.append(record));
    appended++;
  }

  /** Nothing leaves before all members hold what was announced until now. */
  public void holdBack() {
    firstEnd = appended;
    settle();
  }

  boolean isHeldBack() {
    return firstEnd > 0;
  }

  /** The record {@code record} of the log must not be committed before the last announcement. */
  void await(long record) {
    awaited.add(new Awaited(appended, record));
    settle();
  }

  /** What waits does so for a later record: those from {@code record} on were lost. */
  void awaitFrom(long record) {
    long last = 0;
    while (!awaited.isEmpty() && awaited.getLast().record > record) {
      last = Math.max(last, awaited.removeLast().number);
    }
    if (last > 0) {
      awaited.add(new Awaited(last, record));
    }
  }

  /** The last record of the log that may be committed. */
  long mostCommitted() {
    Awaited first = awaited.peek();
    return first == null ? NONE : first.record - 1;
  }

  void noteApplied(NodeId member, long number, long nowNanos) {
    Told told = members.get(member);
    if (told != null) {
      told.stream.noteApplied(number, nowNanos);
      settle();
    }
  }

  /** The last announcement. */
  long announced() {
    return appended;
  }

  /** The last announcement that all members hold. A member that is new may lack earlier ones. */
  long applied() {
    return members.values().stream().mapToLong(Told::applied).min().orElse(appended);
  }

  private void settle() {
    long applied = applied();
    if (firstEnd <= applied) {
      firstEnd = 0; // a member that is new later holds nothing back
    }
    while (!awaited.isEmpty() && awaited.element().number <= applied) {
      awaited.remove();
    }
  }

  long dueNanos() {
    return members.values().stream().mapToLong(each -> each.stream.dueNanos()).min().orElse(NONE);
  }

  void send(long nowNanos, BiConsumer<NodeId, LogMessage> sender) {
    members.forEach((node, told) -> {
      Consumer<Append> own = append -> sender.accept(node, append);
      told.stream.sendAgain(nowNanos, own);
      told.stream.send(nowNanos, own);
    });
  }
}
