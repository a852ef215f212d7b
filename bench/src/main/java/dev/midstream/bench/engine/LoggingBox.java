package dev.midstream.bench.engine;

import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.function.Function;

/** An engine whose records are copied, and committed after the packet that caused them. */
final class LoggingBox implements Box, CommitLog {
  private static final int COPY_BYTES = 1 << 16;

  private final CommitMode mode;
  private final byte[] copies = new byte[COPY_BYTES];
  private final Engine engine;
  private int at;
  private long appended;
  private long committed;
  private long bytes;

  /** The engine that {@code engines} makes, with a log. */
  LoggingBox(CommitMode mode, Function<CommitLog, Engine> engines) {
    this.mode = mode;
    engine = engines.apply(this);
  }

  @Override
  public CommitMode mode() {
    return mode;
  }

  @Override
  public long append(StateWriter record) {
    int length = Math.min(record.length(), COPY_BYTES);
    at = at + length > COPY_BYTES ? 0 : at;
    System.arraycopy(record.memory(), 0, copies, at, length);
    at += length;
    bytes += record.length();
    return ++appended;
  }

  @Override
  public long committed() {
    return committed;
  }

  /** The octets of a record, on average. */
  long meanBytes() {
    return bytes / Math.max(1, appended);
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Disposition disposition = engine.onPacket(packet, nowNanos, out);
    commit(nowNanos, out);
    return disposition;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    engine.onTimer(nowNanos, out);
    commit(nowNanos, out);
  }

  private void commit(long nowNanos, PacketOutput out) {
    if (appended > committed) {
      committed = appended;
      engine.onCommitted(nowNanos, out);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return engine.nextDeadlineNanos();
  }
}
