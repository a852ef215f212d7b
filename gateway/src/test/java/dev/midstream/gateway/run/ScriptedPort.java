package dev.midstream.gateway.run;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.port.LegCounters;
import dev.midstream.wire.port.Port;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A port whose packets come from a script that runs on another thread. */
final class ScriptedPort implements Port {
  private final Semaphore wakeUps = new Semaphore(0);
  private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Arrival present;

  /** A packet, where its output goes, and what becomes of it. */
  private record Arrival(
      Packet packet, long nowNanos, PacketOutput out, CompletableFuture<Disposition> result) {}

  /** The box for the script. Its packets wait until the worker is done with them. */
  Box box() {
    return new Box() {
      @Override
      public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
        Arrival arrival = new Arrival(packet, nowNanos, out, new CompletableFuture<>());
        arrivals.add(arrival);
        wake();
        return arrival.result.join();
      }

      @Override
      public void onTimer(long nowNanos, PacketOutput out) {
        throw new IllegalStateException("no time passes in the script");
      }

      @Override
      public long nextDeadlineNanos() {
        return Long.MAX_VALUE;
      }
    };
  }

  @Override
  public void await(long nanos) {
    try {
      boolean ignored = wakeUps.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public int pass(Box box, long nowNanos) {
    Arrival next = arrivals.poll();
    if (next == null) {
      return 0;
    }
    present = next;
    Disposition disposition = box.onPacket(next.packet, next.nowNanos, next.out);
    present = null;
    next.result.complete(disposition);
    return 1;
  }

  @Override
  public void abandon() {}

  /** Timers of the engine are not run. After {@link #abandon} the present packet is done. */
  @Override
  public void tick(Box box, long nowNanos) {
    Arrival last = present;
    if (last != null) {
      present = null;
      box.onTimer(last.nowNanos, last.out);
      last.result.complete(Disposition.TAKEN);
    }
  }

  @Override
  public void wake() {
    wakeUps.release();
  }

  @Override
  public LegCounters counters(Leg leg) {
    return new LegCounters();
  }

  @Override
  public void close() {}
}
