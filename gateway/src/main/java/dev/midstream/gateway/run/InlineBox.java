package dev.midstream.gateway.run;

import dev.midstream.gateway.event.WorkerEvents;
import dev.midstream.reassembly.Engine;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.time.Instant;
import java.util.function.UnaryOperator;

/**
 * An engine whose events carry the time of day, and whose packets may be recorded. It belongs to
 * the port's thread.
 */
final class InlineBox implements Box {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final Engine engine;
  private final UnaryOperator<Box> recorded;
  private final Box box;
  private final WorkerEvents events;
  private final long epochNanos;
  private long nowNanos;

  /**
   * An engine.
   *
   * @param recorded puts around a box what records its packets, if anything does
   */
  InlineBox(Engine engine, WorkerEvents events, UnaryOperator<Box> recorded) {
    this.engine = engine;
    this.recorded = recorded;
    box = recorded.apply(engine);
    this.events = events;
    Instant start = Instant.now();
    epochNanos = start.getEpochSecond() * SECOND_NANOS + start.getNano();
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    advance(nowNanos);
    return box.onPacket(packet, nowNanos, out);
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    advance(nowNanos);
    box.onTimer(nowNanos, out);
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
    return recorded.apply(new Ending());
  }

  private void advance(long nanos) {
    nowNanos = nanos;
    events.now(epochNanos + nanos);
  }

  /** Takes no packets any more. */
  private final class Ending implements Box {
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
  }
}
