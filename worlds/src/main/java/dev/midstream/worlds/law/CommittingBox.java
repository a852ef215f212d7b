package dev.midstream.worlds.law;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * An engine whose records are committed after a time, in order. After each call it is checked that
 * nothing has left or was acknowledged that waits for a record, and that the records hold all that
 * is essential.
 */
final class CommittingBox implements Box {
  /** The records up to {@code number} are committed when {@code dueNanos} has come. */
  private record Commit(long number, long dueNanos) {}

  private final Engine engine;
  private final MemoryLog log;
  private final long delayNanos;
  private final SplittableRandom random;
  private final CommitChecks checks;
  private final ReplicaChecks replicas;
  private final Deque<Commit> commits = new ArrayDeque<>();

  /** Commits the records of {@code log} after at most {@code delayNanos}. */
  CommittingBox(Engine engine, MemoryLog log, long delayNanos, long seed) {
    this.engine = engine;
    this.log = log;
    this.delayNanos = delayNanos;
    random = new SplittableRandom(seed);
    checks = new CommitChecks(engine, log);
    replicas = new ReplicaChecks(engine, log);
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Disposition disposition = engine.onPacket(packet, nowNanos, out);
    afterCall(nowNanos);
    return disposition;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    Commit first = commits.peekFirst();
    if (first != null && first.dueNanos <= nowNanos) {
      commits.removeFirst();
      log.commitTo(first.number);
      checks.commit();
      engine.onCommitted(nowNanos, out);
    } else {
      engine.onTimer(nowNanos, out);
    }
    afterCall(nowNanos);
  }

  @Override
  public long nextDeadlineNanos() {
    Commit first = commits.peekFirst();
    return Math.min(engine.nextDeadlineNanos(), first == null ? Long.MAX_VALUE : first.dueNanos);
  }

  private void afterCall(long nowNanos) {
    Commit last = commits.peekLast();
    if (log.appended() > (last == null ? log.committed() : last.number)) {
      long due = nowNanos + (delayNanos == 0 ? 0 : random.nextLong(delayNanos));
      commits.addLast(new Commit(log.appended(), Math.max(due, last == null ? 0 : last.dueNanos)));
      checks.noteAppended();
    }
    checks.check(nowNanos);
    replicas.check(nowNanos);
  }
}
