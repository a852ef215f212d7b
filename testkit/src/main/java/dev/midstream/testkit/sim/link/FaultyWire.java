package dev.midstream.testkit.sim.link;

import dev.midstream.testkit.sim.time.EventQueue;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.NetworkOrder;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a cable between an endpoint and the box. It draws the fate of each frame in the
 * order in which frames enter. Aimed faults come first and draw nothing.
 */
public final class FaultyWire {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Link and IPv4 headers are never corrupted, so that the frame still reaches its endpoint. */
  private static final int CLEAN_BYTES = 34;

  private final EventQueue events;
  private final FramePool pool;
  private final WireLimits limits;
  private final WireFaults faults;
  private final RandomGenerator random;
  private final FrameSink end;
  private final FrameSink arrival = this::arrived;
  private final List<AimedFault> aimed = new ArrayList<>();
  private final Packet packet = new Packet();
  private final FrameView view = new FrameView();
  private long busyUntilNanos;
  private long lastArrivalNanos;
  private int burstLeft;
  private long lostFrames;
  private int inFlight;

  /** A wire that delivers its frames to {@code end}. */
  public FaultyWire(
      EventQueue events,
      FramePool pool,
      WireLimits limits,
      WireFaults faults,
      RandomGenerator random,
      FrameSink end) {
    this.events = events;
    this.pool = pool;
    this.limits = limits;
    this.faults = faults;
    this.random = random;
    this.end = end;
  }

  /** Adds a fault for one chosen segment. */
  public void aim(AimedFault fault) {
    aimed.add(fault);
  }

  /** The number of frames dropped by this wire. */
  public long lostFrames() {
    return lostFrames;
  }

  /** The number of frames that have entered and not arrived. */
  public int inFlight() {
    return inFlight;
  }

  /** Sends a frame. */
  public void send(Frame frame, long nowNanos) {
    long entryNanos = enter(frame.length(), nowNanos);
    if (entryNanos < 0 || faults.isDownAt(nowNanos)) {
      lose(frame);
      return;
    }
    AimedFault hit = aimed.isEmpty() ? null : findHit(frame);
    if (hit != null) {
      applyAimed(hit, frame, entryNanos);
    } else if (faults.isActiveAt(nowNanos)) {
      applyRandom(frame, entryNanos);
    } else {
      arrive(frame, keepOrder(entryNanos + limits.delayNanos()));
    }
  }

  /** The time when the frame has entered the wire; -1 if the queue is full. */
  private long enter(int length, long nowNanos) {
    if (limits.bytesPerSecond() == 0) {
      return nowNanos;
    }
    long waitNanos = Math.max(0, busyUntilNanos - nowNanos);
    if (waitNanos * limits.bytesPerSecond() / NANOS_PER_SECOND > limits.queueBytes()) {
      return -1;
    }
    busyUntilNanos = nowNanos + waitNanos + length * NANOS_PER_SECOND / limits.bytesPerSecond();
    return busyUntilNanos;
  }

  private @Nullable AimedFault findHit(Frame frame) {
    AimedFault hit = null;
    if (view.read(frame.describe(packet, Leg.INSIDE, 0)) == FrameKind.TCP) {
      for (AimedFault each : aimed) {
        hit = each.countHit(view) ? each : hit;
      }
    }
    return hit;
  }

  private void applyAimed(AimedFault hit, Frame frame, long entryNanos) {
    switch (hit.effect()) {
      case DROP -> lose(frame);
      case CORRUPT -> {
        corrupt(frame);
        arriveInOrder(frame, entryNanos);
      }
      case DELAY -> arrive(frame, entryNanos + limits.delayNanos() + hit.effectNanos());
      case DUPLICATE -> {
        Frame copy = pool.copy(frame.memory(), 0, frame.length());
        arriveInOrder(frame, entryNanos);
        arrive(copy, entryNanos + limits.delayNanos() + hit.effectNanos());
      }
    }
  }

  private void applyRandom(Frame frame, long entryNanos) {
    if (drawLoss()) {
      lose(frame);
      return;
    }
    if (draw(faults.marking())) {
      CongestionMark.put(frame);
    }
    if (draw(faults.corruption())) {
      corrupt(frame);
    }
    if (draw(faults.duplication())) {
      arriveInOrder(pool.copy(frame.memory(), 0, frame.length()), entryNanos);
    }
    if (draw(faults.reordering())) {
      long late = random.nextLong(faults.reorderNanos() + 1);
      arrive(frame, entryNanos + limits.delayNanos() + late);
    } else {
      arriveInOrder(frame, entryNanos);
    }
  }

  private boolean drawLoss() {
    if (burstLeft == 0 && draw(faults.bursts())) {
      burstLeft = faults.burstFrames();
    }
    if (burstLeft > 0) {
      burstLeft--;
      return true;
    }
    return draw(faults.loss());
  }

  private boolean draw(double rate) {
    return rate > 0 && random.nextDouble() < rate;
  }

  /**
   * Sets one bit that was 0. Corruption only sets bits, so a second corruption on another wire
   * cannot make the checksum right again.
   */
  private void corrupt(Frame frame) {
    int clean = Math.min(CLEAN_BYTES, frame.length() - 1);
    int at = clean + random.nextInt(frame.length() - clean);
    while (at > 0 && NetworkOrder.octet(frame.memory(), at) == 0xff) {
      at--;
    }
    int octet = NetworkOrder.octet(frame.memory(), at);
    int bit = random.nextInt(8);
    while ((octet & (1 << bit)) != 0) {
      bit = (bit + 1) % 8;
    }
    NetworkOrder.putOctet(frame.memory(), at, octet | (1 << bit));
  }

  private void arriveInOrder(Frame frame, long entryNanos) {
    long jitter = faults.jitterNanos() == 0 ? 0 : random.nextLong(faults.jitterNanos() + 1);
    long due = entryNanos + limits.delayNanos() + jitter;
    arrive(frame, keepOrder(due));
  }

  private long keepOrder(long dueNanos) {
    lastArrivalNanos = Math.max(lastArrivalNanos, dueNanos);
    return lastArrivalNanos;
  }

  private void arrive(Frame frame, long timeNanos) {
    inFlight++;
    frame.setSink(arrival);
    events.at(timeNanos, frame);
  }

  private void arrived(Frame frame, long nowNanos) {
    inFlight--;
    end.accept(frame, nowNanos);
  }

  private void lose(Frame frame) {
    lostFrames++;
    pool.release(frame);
  }
}
