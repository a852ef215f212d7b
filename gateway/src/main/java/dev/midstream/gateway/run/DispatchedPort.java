package dev.midstream.gateway.run;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.port.LegCounter;
import dev.midstream.wire.port.LegCounters;
import dev.midstream.wire.port.Port;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The port of a node behind dispatchers, which has no interfaces: packets come in datagrams, which
 * the box takes by itself, and what it emits leaves by a dispatcher.
 */
final class DispatchedPort implements Port {
  private final Predicate<Packet> sender;
  private final Semaphore woken = new Semaphore(0);
  private final Map<Leg, LegCounters> counters = new EnumMap<>(Leg.class);
  private final PacketOutput out = this::emit;
  private BooleanSupplier maySend = () -> true;

  /**
   * A port that belongs to the calling thread.
   *
   * @param sender sends a packet to a dispatcher, and says whether it could
   */
  DispatchedPort(Predicate<Packet> sender) {
    this.sender = sender;
    for (Leg leg : Leg.values()) {
      counters.put(leg, new LegCounters());
    }
  }

  private void emit(Packet packet) {
    LegCounters its = counters(packet.leg());
    if (!maySend.getAsBoolean()) {
      its.add(LegCounter.FENCED, 1);
    } else if (sender.test(packet)) {
      its.add(LegCounter.SENT_FRAMES, 1);
      its.add(LegCounter.SENT_BYTES, packet.length());
    } else {
      its.add(LegCounter.LINK_DOWN, 1);
    }
  }

  @Override
  public void await(long nanos) {
    try {
      boolean ignored = woken.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    int ignored = woken.drainPermits();
  }

  @Override
  public int pass(Box box, long nowNanos) {
    return 0;
  }

  @Override
  public void tick(Box box, long nowNanos) {
    box.onTimer(nowNanos, out);
  }

  /** What was emitted was sent at once. */
  @Override
  public void abandon() {}

  /** All datagrams come to one socket, whatever their buckets are. */
  @Override
  public void setFilter(FilterProgram filter) {}

  @Override
  public void setFence(BooleanSupplier other) {
    maySend = other;
  }

  @Override
  public void wake() {
    woken.release();
  }

  @Override
  public LegCounters counters(Leg leg) {
    return counters.getOrDefault(leg, new LegCounters());
  }

  @Override
  public void close() {}
}
