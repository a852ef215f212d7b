package dev.midstream.demo.network;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Loses, delays and duplicates frames, as a seed decides. A delayed frame leaves after three later
 * frames of its direction, or after 4 ms.
 */
final class FaultyBox implements Box {
  private static final int FRAME_BYTES = 1 << 17;
  private static final int FRAMES_AHEAD = 3;
  private static final long DELAY_NANOS = 4_000_000L;

  private final Impairment impairment;
  private final SplittableRandom random;
  private final Map<Leg, Delayed> delayed = new EnumMap<>(Leg.class);
  private final AtomicLong faults = new AtomicLong();

  FaultyBox(Impairment impairment, long seed) {
    this.impairment = impairment;
    random = new SplittableRandom(seed);
    for (Leg leg : Leg.values()) {
      delayed.put(leg, new Delayed(Arena.ofAuto().allocate(FRAME_BYTES, Long.BYTES)));
    }
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Delayed slot = slot(packet.leg());
    slot.onFrame(out);
    int draw = random.nextInt(1_000);
    if (draw < impairment.lost()) {
      faults.incrementAndGet();
      return Disposition.TAKEN;
    }
    if (draw < impairment.lost() + impairment.delayed() && slot.delay(packet, nowNanos)) {
      faults.incrementAndGet();
      return Disposition.TAKEN;
    }
    if (draw >= 1_000 - impairment.duplicated()) {
      faults.incrementAndGet();
      slot.duplicate(packet, out);
    }
    return Disposition.FORWARD;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    delayed.values().forEach(slot -> slot.onTimer(nowNanos, out));
  }

  @Override
  public long nextDeadlineNanos() {
    return Math.min(slot(Leg.INSIDE).deadlineNanos, slot(Leg.OUTSIDE).deadlineNanos);
  }

  /** Frames lost, delayed or duplicated so far; for any thread. */
  long faults() {
    return faults.get();
  }

  private Delayed slot(Leg leg) {
    return Objects.requireNonNull(delayed.get(leg));
  }

  /** Room for one delayed frame of one direction. */
  private static final class Delayed {
    private final MemorySegment memory;
    private final Packet frame = new Packet();
    private final Packet copy = new Packet();
    private int framesAhead;
    private long deadlineNanos = Long.MAX_VALUE;

    private Delayed(MemorySegment memory) {
      this.memory = memory;
    }

    private boolean delay(Packet packet, long nowNanos) {
      if (deadlineNanos != Long.MAX_VALUE || packet.length() > FRAME_BYTES) {
        return false;
      }
      MemorySegment.copy(packet.memory(), packet.offset(), memory, 0, packet.length());
      redirect(frame.at(memory, 0, packet.length()), packet);
      framesAhead = FRAMES_AHEAD;
      deadlineNanos = nowNanos + DELAY_NANOS;
      return true;
    }

    private void onFrame(PacketOutput out) {
      if (deadlineNanos != Long.MAX_VALUE && framesAhead-- == 0) {
        release(out);
      }
    }

    private void onTimer(long nowNanos, PacketOutput out) {
      if (deadlineNanos <= nowNanos) {
        release(out);
      }
    }

    private void duplicate(Packet packet, PacketOutput out) {
      redirect(copy.at(packet.memory(), packet.offset(), packet.length()), packet);
      out.emit(copy);
    }

    private void release(PacketOutput out) {
      deadlineNanos = Long.MAX_VALUE;
      out.emit(frame);
    }

    private static void redirect(Packet leaving, Packet packet) {
      leaving
          .from(
              packet.linkType(), packet.leg().opposite(), packet.interfaceId(), packet.timeNanos())
          .offload(packet.checksumState(), packet.gsoBytes());
    }
  }
}
