package dev.midstream.gateway.rewrite;

import dev.midstream.gateway.event.EventFile;
import dev.midstream.reassembly.Engine;
import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.capture.CaptureWriter;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.io.IOException;

/** One capture on its way through one engine. */
final class RewriteRun {
  /** How many packets go by between two looks at the clock for progress. */
  private static final int PROGRESS_PACKETS = 4096;

  private final Engine engine;
  private final CaptureReader reader;
  private final CaptureWriter writer;
  private final EventFile events;
  private final Progress progress;
  private final Packet packet = new Packet();
  private final PacketOutput caused = this::writeCaused;
  private final PacketOutput timed = this::writeTimed;
  private long nowNanos = Long.MIN_VALUE;
  private long packetsWritten;

  RewriteRun(
      Engine engine,
      CaptureReader reader,
      CaptureWriter writer,
      EventFile events,
      Progress progress) {
    this.engine = engine;
    this.reader = reader;
    this.writer = writer;
    this.events = events;
    this.progress = progress;
  }

  /** Takes every packet through the engine; the clock is the latest packet time so far. */
  void rewriteAll() throws IOException {
    while (reader.next(packet)) {
      fireTimers(packet.timeNanos());
      nowNanos = Math.max(nowNanos, packet.timeNanos());
      events.setTime(nowNanos);
      if (engine.onPacket(packet, nowNanos, caused) == Disposition.FORWARD) {
        writer.copy();
        packetsWritten++;
      }
      if (reader.packetCount() % PROGRESS_PACKETS == 0) {
        progress.update(reader.fileOffset(), reader.packetCount());
      }
    }
    engine.finish(nowNanos, timed);
  }

  /** Packets written, kept ones and others. */
  long packetsWritten() {
    return packetsWritten;
  }

  /** What is due before the packet comes before it; the clock never goes back. */
  private void fireTimers(long untilNanos) {
    for (long due = engine.nextDeadlineNanos();
        due <= untilNanos;
        due = engine.nextDeadlineNanos()) {
      nowNanos = Math.max(nowNanos, due);
      events.setTime(nowNanos);
      engine.onTimer(nowNanos, timed);
    }
  }

  private void writeCaused(Packet emitted) {
    if (writer.write(emitted)) {
      packetsWritten++;
    }
  }

  private void writeTimed(Packet emitted) {
    if (writer.writeTimed(emitted)) {
      packetsWritten++;
    }
  }
}
