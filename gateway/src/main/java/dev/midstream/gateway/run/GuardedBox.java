package dev.midstream.gateway.run;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/**
 * The outermost box of a worker. What fails in it, and belongs to no connection, costs the worker
 * its connections and not its thread.
 */
final class GuardedBox implements Box {
  private final Box box;
  private final FailureGuard guard;

  GuardedBox(Box box, FailureGuard guard) {
    this.box = box;
    this.guard = guard;
  }

  @Override
  @SuppressWarnings("IllegalCatch") // nothing that a peer causes may end the worker
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    try {
      return box.onPacket(packet, nowNanos, out);
    } catch (RuntimeException | Error e) {
      return guard.onWorkerFailure(e, nowNanos, out);
    }
  }

  @Override
  public boolean isPrefetching() {
    return box.isPrefetching();
  }

  @Override
  @SuppressWarnings("IllegalCatch") // as above
  public void prefetch(Packet packet) {
    try {
      box.prefetch(packet);
    } catch (RuntimeException | Error _) {
      // The packet itself is passed next. If it is the cause, that call fails too, and is guarded.
    }
  }

  @Override
  @SuppressWarnings("IllegalCatch") // as above
  public void onTimer(long nowNanos, PacketOutput out) {
    try {
      box.onTimer(nowNanos, out);
    } catch (RuntimeException | Error e) {
      guard.onWorkerFailure(e, nowNanos, out);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return box.nextDeadlineNanos();
  }
}
