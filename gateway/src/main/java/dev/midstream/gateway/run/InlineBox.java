package dev.midstream.gateway.run;

import dev.midstream.gateway.event.WorkerEvents;
import dev.midstream.reassembly.Engine;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * An engine whose events carry the time of day, and whose packets may be recorded with the same
 * time. It belongs to the port's thread.
 */
final class InlineBox implements Box {
  private final Engine engine;
  private final WorkerEvents events;
  private final LongSupplier clockNanos;
  private final Box box;
  private boolean begun;
  private boolean ending;
  private long epochNanos;

  /**
   * An engine.
   *
   * @param recorded puts around a box what records its packets, if anything does
   */
  InlineBox(Engine engine, WorkerEvents events, Function<DatedBox, Box> recorded) {
    this(engine, events, recorded, events::clockNanos);
  }

  /** The same by another clock, which is asked once, when the first packet or timer comes. */
  InlineBox(
      Engine engine,
      WorkerEvents events,
      Function<DatedBox, Box> recorded,
      LongSupplier clockNanos) {
    this.engine = engine;
    this.events = events;
    this.clockNanos = clockNanos;
    box = recorded.apply(new DatedBox());
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

  /** The same, when no more packets will come: what is held leaves with the next timer. */
  Box ending() {
    ending = true;
    return this;
  }

  private void advance(long nanos) {
    if (!begun) {
      begun = true;
      epochNanos = clockNanos.getAsLong() - nanos;
    }
    events.now(epochNanos + nanos);
  }

  /** The engine itself, whose time can be told as time of day. */
  final class DatedBox implements Box {
    private DatedBox() {}

    /** A time of this box since 1970, once something came. */
    long timeOfDay(long nanos) {
      return epochNanos + nanos;
    }

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      return engine.onPacket(packet, nowNanos, out);
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      if (ending) {
        engine.leave(nowNanos, out);
      } else {
        engine.onTimer(nowNanos, out);
      }
    }

    @Override
    public long nextDeadlineNanos() {
      return engine.nextDeadlineNanos();
    }
  }
}
