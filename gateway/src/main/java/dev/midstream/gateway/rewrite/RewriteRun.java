package dev.midstream.gateway.rewrite;

import dev.midstream.gateway.event.TimedEvents;
import dev.midstream.reassembly.Engine;
import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.capture.CaptureWriter;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.io.IOException;

/** One pass of a capture through an engine. */
final class RewriteRun {
  /** Packets between two updates of the progress. */
  private static final int PROGRESS_PACKETS = 4096;

  private final Engine engine;
  private final CaptureReader reader;
  private final CaptureWriter writer;
  private final TimedEvents events;
  private final ProgressLine progress;
  private final Packet packet = new Packet();
  private final PacketOutput caused = this::writeCaused;
  private final PacketOutput timed = this::writeTimed;
  private long nowNanos = Long.MIN_VALUE;
  private long packetsWritten;

  RewriteRun(
      Engine engine,
      CaptureReader reader,
      CaptureWriter writer,
      TimedEvents events,
      ProgressLine progress) {
    this.engine = engine;
    this.reader = reader;
    this.writer = writer;
    this.events = events;
    this.progress = progress;
  }

  /** Passes every packet to the engine. The engine's time is the latest packet time so far. */
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

  /** Packets written, both forwarded and made by the engine. */
  long packetsWritten() {
    return packetsWritten;
  }

  /** Runs the timers that are due before the next packet. Time never decreases. */
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
    writer.write(emitted);
    packetsWritten++;
  }

  private void writeTimed(Packet emitted) {
    writer.writeTimed(emitted);
    packetsWritten++;
  }
}
