package dev.midstream.wire.port;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PollArray;
import dev.midstream.wire.nativecall.WakeUp;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A port made of two devices. Frames are passed to the box and forwarded in place; only packets
 * that the box emits are copied.
 *
 * <p>All native memory is in one arena, which is freed by {@link #close}.
 */
public final class TwoLegPort implements Port {
  private static final int INSIDE = 0;
  private static final int OUTSIDE = 1;
  private static final int WAKE_UP = 2;

  /** Frames of a batch have one time. After so long those of the other leg have a later one. */
  private static final long MAX_OLD_NANOS = 1_000_000;

  private final Arena arena;
  private final LegDevice inside;
  private final LegDevice outside;
  private final TransmitBatch batch;
  private final PollArray poll;
  private final WakeUp wakeUp;
  private final Packet packet = new Packet();
  private final OffloadHeader offload = new OffloadHeader();
  private final LoopDetector loopDetector;
  private long nowNanos;

  /** Opens the device of a leg. */
  @FunctionalInterface
  public interface DeviceOpener {
    LegDevice open(Linux linux, Leg leg) throws PortException;
  }

  /**
   * Opens both devices and a port for the calling thread; closes everything if that fails.
   *
   * @param onLoop runs when both devices seem to be on one network
   */
  public static Port open(DeviceOpener opener, Runnable onLoop) throws PortException {
    Arena arena = Arena.ofShared(); // the port may pass to another thread
    @Nullable LegDevice inside = null;
    @Nullable LegDevice outside = null;
    try {
      Linux linux = new Linux(arena);
      inside = opener.open(linux, Leg.INSIDE);
      outside = opener.open(linux, Leg.OUTSIDE);
      return new TwoLegPort(arena, linux, inside, outside, onLoop);
    } catch (PortException | RuntimeException e) {
      close(inside);
      close(outside);
      arena.close();
      throw e;
    }
  }

  /**
   * A port of devices whose memory is in {@code arena}, which the port closes.
   *
   * @param onLoop runs when both devices seem to be on one network
   */
  TwoLegPort(Arena arena, Linux linux, LegDevice inside, LegDevice outside, Runnable onLoop) {
    this.arena = arena;
    loopDetector = new LoopDetector(onLoop);
    this.inside = inside;
    this.outside = outside;
    batch = new TransmitBatch(arena, inside, outside);
    poll = new PollArray(linux, 3);
    wakeUp = new WakeUp(linux);
    poll.descriptor(WAKE_UP, wakeUp.descriptor());
  }

  @Override
  public void await(long nanos) {
    poll.descriptor(INSIDE, inside.descriptor());
    poll.descriptor(OUTSIDE, outside.descriptor());
    long maintenanceNanos = Math.min(inside.nextMaintenanceNanos(), outside.nextMaintenanceNanos());
    poll.await(
        maintenanceNanos == Long.MAX_VALUE ? nanos : Math.min(nanos, maintenanceNanos - nowNanos));
    if (poll.isReadable(WAKE_UP)) {
      wakeUp.reset();
    }
    dispatch(INSIDE, inside);
    dispatch(OUTSIDE, outside);
  }

  @Override
  public int pass(Box box, long nowNanos) {
    this.nowNanos = nowNanos;
    maintain(inside);
    maintain(outside);
    long beginNanos = System.nanoTime();
    int frames = pass(inside, Leg.INSIDE, box);
    if (frames > 0) {
      advance(System.nanoTime() - beginNanos);
    }
    return frames + pass(outside, Leg.OUTSIDE, box);
  }

  /**
   * Some frames of the other leg may have come while the box worked, or the process was stopped.
   */
  private void advance(long passedNanos) {
    if (passedNanos > MAX_OLD_NANOS) {
      nowNanos += passedNanos;
    }
  }

  @Override
  public void abandon() {
    batch.flush();
    inside.release();
    outside.release();
  }

  @Override
  public void discard() {
    do {
      await(0);
    } while (discard(inside) + discard(outside) > 0);
  }

  private static int discard(LegDevice device) {
    int frames = device.receive();
    device.counters().add(LegCounter.FENCED, frames);
    device.release();
    return frames;
  }

  @Override
  public void setFilter(FilterProgram filter) throws PortException {
    inside.setFilter(filter);
    outside.setFilter(filter);
  }

  @Override
  public void setFence(BooleanSupplier maySend) {
    batch.setFence(maySend);
  }

  @Override
  public void tick(Box box, long nowNanos) {
    this.nowNanos = nowNanos;
    box.onTimer(nowNanos, batch);
    flush(box);
  }

  @Override
  public void wake() {
    wakeUp.wake();
  }

  @Override
  public LegCounters counters(Leg leg) {
    return leg == Leg.INSIDE ? inside.counters() : outside.counters();
  }

  @Override
  public void close() {
    inside.close();
    outside.close();
    wakeUp.close();
    arena.close();
  }

  private static void close(@Nullable LegDevice device) {
    if (device != null) {
      device.close();
    }
  }

  private int pass(LegDevice device, Leg leg, Box box) {
    int frames = device.receive();
    if (frames == 0) {
      return 0;
    }
    if (frames > 1 && box.isPrefetching()) {
      prefetch(device, frames, leg, box);
    }
    for (int index = 0; index < frames; index++) {
      passFrame(device, index, leg, box);
    }
    flush(box);
    device.release();
    return frames;
  }

  /** Sends what is queued, and passes errors about what was too long to the box. */
  private void flush(Box box) {
    batch.flush();
    @Nullable Packet reply = batch.nextReply(nowNanos);
    if (reply == null) {
      return;
    }
    while (reply != null) {
      Leg to = reply.leg().opposite();
      if (box.onPacket(reply, nowNanos, batch) == Disposition.FORWARD) {
        batch.emit(reply.from(reply.linkType(), to, reply.interfaceId(), nowNanos));
      }
      reply = batch.nextReply(nowNanos);
    }
    batch.flush();
  }

  private void prefetch(LegDevice device, int frames, Leg leg, Box box) {
    for (int index = 0; index < frames; index++) {
      setPacket(device, index, leg);
      box.prefetch(packet);
    }
  }

  private void passFrame(LegDevice device, int index, Leg leg, Box box) {
    int length = device.frameLength(index);
    setPacket(device, index, leg);
    packet.owner(device.lend(index));
    offload.read(packet);
    LegCounters counters = device.counters();
    counters.add(LegCounter.RECEIVED_FRAMES, 1);
    counters.add(LegCounter.RECEIVED_BYTES, length);
    if (packet.linkType() == LinkType.ETHERNET
        && loopDetector.learn(packet.memory(), packet.offset(), length, leg, nowNanos)) {
      counters.add(LegCounter.LOOPED, 1);
    }
    if (box.onPacket(packet, nowNanos, batch) == Disposition.FORWARD) {
      batch.forward(packet, leg.opposite());
    }
  }

  private void setPacket(LegDevice device, int index, Leg leg) {
    packet
        .at(device.memory(index), device.frameOffset(index), device.frameLength(index))
        .from(device.linkType(), leg, interfaceOf(leg), nowNanos);
  }

  /** The number that packets of a leg have as their interface. */
  static int interfaceOf(Leg leg) {
    return leg == Leg.INSIDE ? INSIDE : OUTSIDE;
  }

  private void maintain(LegDevice device) {
    if (device.nextMaintenanceNanos() <= nowNanos) {
      device.maintain(nowNanos);
    }
  }

  private void dispatch(int entry, LegDevice device) {
    if (poll.isReadable(entry)) {
      device.onReadable();
    }
    if (poll.hasError(entry)) {
      device.refresh();
    }
  }
}
