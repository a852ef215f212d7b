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

/** Loses, delays and doubles frames by a seed. A late one waits for some others, or a moment. */
final class FaultyBox implements Box {
  private static final int FRAME_BYTES = 1 << 17;
  private static final int LATE_FRAMES = 3;
  private static final long LATE_NANOS = 4_000_000L;

  private final Impairment impairment;
  private final SplittableRandom random;
  private final Map<Leg, Late> waiting = new EnumMap<>(Leg.class);
  private final AtomicLong faults = new AtomicLong();

  FaultyBox(Impairment impairment, long seed) {
    this.impairment = impairment;
    random = new SplittableRandom(seed);
    for (Leg leg : Leg.values()) {
      waiting.put(leg, new Late(Arena.ofAuto().allocate(FRAME_BYTES, Long.BYTES)));
    }
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Late late = of(packet.leg());
    late.overtaken(out);
    int throwOfDice = random.nextInt(1_000);
    if (throwOfDice < impairment.lost()) {
      faults.incrementAndGet();
      return Disposition.TAKEN;
    }
    if (throwOfDice < impairment.lost() + impairment.late() && late.take(packet, nowNanos)) {
      faults.incrementAndGet();
      return Disposition.TAKEN;
    }
    if (throwOfDice >= 1_000 - impairment.doubled()) {
      faults.incrementAndGet();
      late.copy(packet, out);
    }
    return Disposition.FORWARD;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    waiting.values().forEach(late -> late.onTimer(nowNanos, out));
  }

  @Override
  public long nextDeadlineNanos() {
    return Math.min(of(Leg.INSIDE).deadlineNanos, of(Leg.OUTSIDE).deadlineNanos);
  }

  /** What was done to frames so far; for any thread. */
  long faults() {
    return faults.get();
  }

  private Late of(Leg leg) {
    return Objects.requireNonNull(waiting.get(leg));
  }

  /** Room for one frame of one direction that others may overtake. */
  private static final class Late {
    private final MemorySegment memory;
    private final Packet kept = new Packet();
    private final Packet twin = new Packet();
    private int toOvertake;
    private long deadlineNanos = Long.MAX_VALUE;

    private Late(MemorySegment memory) {
      this.memory = memory;
    }

    private boolean take(Packet packet, long nowNanos) {
      if (deadlineNanos != Long.MAX_VALUE || packet.length() > FRAME_BYTES) {
        return false;
      }
      MemorySegment.copy(packet.memory(), packet.offset(), memory, 0, packet.length());
      leave(kept.at(memory, 0, packet.length()), packet);
      toOvertake = LATE_FRAMES;
      deadlineNanos = nowNanos + LATE_NANOS;
      return true;
    }

    private void overtaken(PacketOutput out) {
      if (deadlineNanos != Long.MAX_VALUE && toOvertake-- == 0) {
        release(out);
      }
    }

    private void onTimer(long nowNanos, PacketOutput out) {
      if (deadlineNanos <= nowNanos) {
        release(out);
      }
    }

    private void copy(Packet packet, PacketOutput out) {
      leave(twin.at(packet.memory(), packet.offset(), packet.length()), packet);
      out.emit(twin);
    }

    private void release(PacketOutput out) {
      deadlineNanos = Long.MAX_VALUE;
      out.emit(kept);
    }

    private static void leave(Packet leaving, Packet packet) {
      leaving
          .from(
              packet.linkType(), packet.leg().opposite(), packet.interfaceId(), packet.timeNanos())
          .offload(packet.checksumState(), packet.gsoBytes());
    }
  }
}
