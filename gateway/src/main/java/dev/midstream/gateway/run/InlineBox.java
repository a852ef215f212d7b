package dev.midstream.gateway.run;

import dev.midstream.gateway.event.WorkerEvents;
import dev.midstream.reassembly.Engine;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.time.Instant;

/** An engine whose events carry the time of day. It belongs to the port's thread. */
final class InlineBox implements Box {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final Engine engine;
  private final WorkerEvents events;
  private final long epochNanos;
  private long nowNanos;

  InlineBox(Engine engine, WorkerEvents events) {
    this.engine = engine;
    this.events = events;
    Instant start = Instant.now();
    epochNanos = start.getEpochSecond() * SECOND_NANOS + start.getNano();
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    advance(nowNanos);
    return engine.onPacket(packet, nowNanos, out);
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    advance(nowNanos);
    engine.onTimer(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return engine.nextDeadlineNanos();
  }

  /** When something came last. */
  long nowNanos() {
    return nowNanos;
  }

  /** The same, when no more packets will come: what is held leaves with the next timer. */
  Box ending() {
    return new Box() {
      @Override
      public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
        return Disposition.FORWARD;
      }

      @Override
      public void onTimer(long nowNanos, PacketOutput out) {
        engine.finish(nowNanos, out);
      }

      @Override
      public long nextDeadlineNanos() {
        return Long.MAX_VALUE;
      }
    };
  }

  private void advance(long nanos) {
    nowNanos = nanos;
    events.now(epochNanos + nanos);
  }
}
