package dev.midstream.gateway.run;

import dev.midstream.gateway.event.TimedEvents;
import dev.midstream.reassembly.EngineBox;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Engines whose events carry the time of day. Their packets may be recorded, with the same time. It
 * belongs to the port's thread.
 */
final class InlineBox implements Box {
  private final EngineBox engines;
  private final FailureGuard guard;
  private final TimedEvents events;
  private final LongSupplier clockNanos;
  private final Box box;
  private boolean begun;
  private boolean ending;
  private boolean givingUp;
  private long epochNanos;

  /**
   * Wraps the engines of a worker.
   *
   * @param guard gives up what has failed in them
   * @param recorded wraps a box so that its packets are recorded; the identity if none are
   * @param clockNanos the time since the epoch; read once, at the first packet or timer
   */
  InlineBox(
      EngineBox engines,
      FailureGuard guard,
      TimedEvents events,
      Function<DatedBox, Box> recorded,
      LongSupplier clockNanos) {
    this.engines = engines;
    this.guard = guard;
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
  public boolean isPrefetching() {
    return box.isPrefetching();
  }

  @Override
  public void prefetch(Packet packet) {
    box.prefetch(packet);
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    advance(nowNanos);
    box.onTimer(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return engines.nextDeadlineNanos();
  }

  /** This box in its last phase: the next timer releases all that is held. No packet may follow. */
  Box ending() {
    ending = true;
    return this;
  }

  /** This box, whose next timer gives up the call of an agent that was left. */
  Box givingUp() {
    givingUp = true;
    return this;
  }

  private void advance(long nanos) {
    if (!begun) {
      begun = true;
      epochNanos = clockNanos.getAsLong() - nanos;
    }
    events.setTime(epochNanos + nanos);
  }

  /** The engines' box, which can convert its time to the time of day. */
  final class DatedBox implements Box {
    private DatedBox() {}

    /** The time since the epoch for a time of this box; valid after the first packet or timer. */
    long timeOfDay(long nanos) {
      return epochNanos + nanos;
    }

    @Override
    @SuppressWarnings("IllegalCatch") // a failure of one connection must not end the others
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      try {
        return engines.onPacket(packet, nowNanos, out);
      } catch (RuntimeException | Error e) {
        return guard.onEngineFailure(e, nowNanos, out);
      }
    }

    @Override
    public boolean isPrefetching() {
      return engines.isPrefetching();
    }

    @Override
    public void prefetch(Packet packet) {
      engines.prefetch(packet);
    }

    @Override
    @SuppressWarnings("IllegalCatch") // as above
    public void onTimer(long nowNanos, PacketOutput out) {
      if (ending) {
        engines.leave(nowNanos, out);
        return;
      }
      try {
        if (givingUp) {
          givingUp = false;
          engines.giveUpCall(nowNanos, out);
        } else {
          engines.onTimer(nowNanos, out);
        }
      } catch (RuntimeException | Error e) {
        guard.onEngineFailure(e, nowNanos, out);
      }
    }

    @Override
    public long nextDeadlineNanos() {
      return engines.nextDeadlineNanos();
    }
  }
}
