package dev.midstream.reassembly.script;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayDeque;
import java.util.Deque;

/** An engine whose records are committed after a time. */
public final class CommittingBox implements Box {
  /** What the records up to {@code number} wait for. */
  private record Commit(long number, long dueNanos) {}

  private final MemoryLog log;
  private final Engine engine;
  private final long delayNanos;
  private final Deque<Commit> commits = new ArrayDeque<>();

  /** The engine of {@code engines} in {@code mode}; each record is committed after the delay. */
  public CommittingBox(TestEngine engines, CommitMode mode, long delayNanos) {
    log = new MemoryLog(mode);
    engine = engines.log(log).engine();
    this.delayNanos = delayNanos;
  }

  public Engine engine() {
    return engine;
  }

  public MemoryLog log() {
    return log;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Disposition disposition = engine.onPacket(packet, nowNanos, out);
    schedule(nowNanos);
    return disposition;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    Commit first = commits.peekFirst();
    if (first != null && first.dueNanos <= nowNanos) {
      commits.removeFirst();
      log.commitTo(first.number);
      engine.onCommitted(nowNanos, out);
    } else {
      engine.onTimer(nowNanos, out);
    }
    schedule(nowNanos);
  }

  @Override
  public long nextDeadlineNanos() {
    Commit first = commits.peekFirst();
    return Math.min(engine.nextDeadlineNanos(), first == null ? Long.MAX_VALUE : first.dueNanos);
  }

  private void schedule(long nowNanos) {
    Commit last = commits.peekLast();
    if (log.appended() > (last == null ? log.committed() : last.number)) {
      commits.addLast(new Commit(log.appended(), nowNanos + delayNanos));
    }
  }
}
