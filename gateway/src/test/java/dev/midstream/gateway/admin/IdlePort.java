package dev.midstream.gateway.admin;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegCounters;
import dev.midstream.wire.port.Port;
import java.util.concurrent.Semaphore;

/** A port without frames. */
final class IdlePort implements Port {
  private final Semaphore woken = new Semaphore(0);
  private final LegCounters inside = new LegCounters();
  private final LegCounters outside = new LegCounters();

  @Override
  public void await(long nanos) {
    woken.acquireUninterruptibly();
    woken.drainPermits();
  }

  @Override
  public int pass(Box box, long nowNanos) {
    return 0;
  }

  @Override
  public void abandon() {}

  @Override
  public void tick(Box box, long nowNanos) {
    throw new IllegalStateException("nothing is due");
  }

  @Override
  public void wake() {
    woken.release();
  }

  @Override
  public LegCounters counters(Leg leg) {
    return leg == Leg.INSIDE ? inside : outside;
  }

  @Override
  public void close() {}
}
