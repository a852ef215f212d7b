package dev.midstream.gateway.run;

import dev.midstream.gateway.event.WorkerEvents;
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
 * An engine whose events carry the time of day, and whose packets may be recorded with the same
 * time. It belongs to the port's thread.
 */
final class InlineBox implements Box {
  private static final Logger LOG = LoggerFactory.getLogger(InlineBox.class);

  /** Who can make the engine fail once can do so often; the events go on, in their measure. */
  private static final int MAX_LOGGED = 10;

  private static final int MAX_STACK_FRAMES = 8;

  private final Engine engine;
  private final WorkerEvents events;
  private final LongSupplier clockNanos;
  private final Box box;
  private boolean begun;
  private boolean ending;
  private long epochNanos;
  private int failures;

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
    events.setTime(epochNanos + nanos);
  }

  /** The engine itself, whose time can be told as time of day. */
  final class DatedBox implements Box {
    private DatedBox() {}

    /** A time of this box since 1970, once something came. */
    long timeOfDay(long nanos) {
      return epochNanos + nanos;
    }

    @Override
    @SuppressWarnings("IllegalCatch") // a mistake on one connection must not end the others
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      try {
        return engine.onPacket(packet, nowNanos, out);
      } catch (RuntimeException e) {
        return giveUp(e, nowNanos, out);
      }
    }

    @Override
    @SuppressWarnings("IllegalCatch") // the same
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

    /** The innermost calls, for a report. */
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
