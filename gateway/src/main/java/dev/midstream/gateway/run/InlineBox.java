package dev.midstream.gateway.run;

import dev.midstream.gateway.event.TimedEvents;
import dev.midstream.reassembly.Engine;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine whose events carry the time of day. Its packets may be recorded, with the same time. It
 * belongs to the port's thread.
 */
final class InlineBox implements Box {
  private static final Logger LOG = LoggerFactory.getLogger(InlineBox.class);

  /**
   * A peer that can make the engine fail once can do so often. Events are still written, up to
   * their rate limit.
   */
  private static final int MAX_LOGGED = 10;

  private static final int MAX_STACK_FRAMES = 8;

  private final Engine engine;
  private final TimedEvents events;
  private final LongSupplier clockNanos;
  private final Box box;
  private boolean begun;
  private boolean ending;
  private long epochNanos;
  private int failures;

  /**
   * Wraps an engine.
   *
   * @param recorded wraps a box so that its packets are recorded; the identity if none are
   * @param clockNanos the time since the epoch; read once, at the first packet or timer
   */
  InlineBox(
      Engine engine,
      TimedEvents events,
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

  /** This box in its last phase: the next timer releases all that is held. No packet may follow. */
  Box ending() {
    ending = true;
    return this;
  }

  private void advance(long nanos) {
    if (!begun) {
      begun = true;
      epochNanos = clockNanos.getAsLong() - nanos;
    }
    events.setTime(epochNanos + nanos);
  }

  /** The engine's box, which can convert its time to the time of day. */
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
        return engine.onPacket(packet, nowNanos, out);
      } catch (RuntimeException e) {
        return giveUp(e, nowNanos, out);
      }
    }

    @Override
    @SuppressWarnings("IllegalCatch") // as above
    public void onTimer(long nowNanos, PacketOutput out) {
      if (ending) {
        engine.leave(nowNanos, out);
        return;
      }
      try {
        engine.onTimer(nowNanos, out);
      } catch (RuntimeException e) {
        giveUp(e, nowNanos, out);
      }
    }

    private Disposition giveUp(RuntimeException failure, long nowNanos, PacketOutput out) {
      String text = "engine failed why=" + failure + " at=" + stackFrames(failure);
      Disposition disposition = engine.giveUp(text, nowNanos, out);
      if (disposition == null) {
        throw failure;
      }
      if (failures < MAX_LOGGED) {
        LOG.error("one connection is given up, {}", text);
      }
      failures++;
      return disposition;
    }

    /** The innermost stack frames. */
    private static String stackFrames(RuntimeException failure) {
      return Arrays.stream(failure.getStackTrace())
          .limit(MAX_STACK_FRAMES)
          .map(call -> call.getFileName() + ":" + call.getLineNumber())
          .collect(Collectors.joining(","));
    }

    @Override
    public long nextDeadlineNanos() {
      return engine.nextDeadlineNanos();
    }
  }
}
