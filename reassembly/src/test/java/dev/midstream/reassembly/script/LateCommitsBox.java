package dev.midstream.reassembly.script;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLink;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.function.BooleanSupplier;

/** An engine whose records are committed after a time. */
public final class LateCommitsBox implements Box {
  private final MemoryLog log;
  private final Engine engine;
  private MemoryLink link;
  private boolean changing;
  private long nowNanos;

  /** The engine of {@code engines} in {@code mode}; each record is committed after the delay. */
  public LateCommitsBox(TestEngine engines, CommitMode mode, long delayNanos) {
    this(engines, new MemoryLog(mode), delayNanos);
  }

  /** The engine of {@code engines} that writes to {@code log}. */
  public LateCommitsBox(TestEngine engines, MemoryLog log, long delayNanos) {
    this.log = log;
    engine = engines.log(log).engine();
    link = new MemoryLink(log, delayNanos);
  }

  public Engine engine() {
    return engine;
  }

  public MemoryLog log() {
    return log;
  }

  /** Loses records from now on, which are sent again after {@code againNanos}. */
  public void lose(long delayNanos, long againNanos, BooleanSupplier loss) {
    link = new MemoryLink(log, delayNanos, againNanos, loss);
  }

  /** Changes the state of the log. The engine is told when the script goes on to a later time. */
  public void change(LogState state) {
    log.setState(state);
    link.cut();
    changing = true;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    this.nowNanos = nowNanos;
    Disposition disposition = engine.onPacket(packet, nowNanos, out);
    link.send(nowNanos);
    return disposition;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    this.nowNanos = nowNanos;
    if (changing) {
      changing = false;
      engine.onLogChanged(nowNanos, out);
    } else if (link.commit(nowNanos)) {
      engine.onCommitted(nowNanos, out);
    } else {
      engine.onTimer(nowNanos, out);
    }
    link.send(nowNanos);
  }

  @Override
  public long nextDeadlineNanos() {
    return changing ? nowNanos : Math.min(engine.nextDeadlineNanos(), link.dueNanos());
  }
}
