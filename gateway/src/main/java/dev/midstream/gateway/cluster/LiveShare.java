package dev.midstream.gateway.cluster;

import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.wire.packet.PacketOutput;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A worker of a node of a cluster that has not the state machine: it does what that says, with its
 * share of the buckets. It may send while the node has its lease, whatever the first worker does.
 */
final class LiveShare extends LiveWorker {
  private final BucketEngineFactory engines;
  private final Outside outside;
  private @Nullable ShareLife running;

  LiveShare(int number, LiveNode node, BucketEngineFactory engines, Outside outside) {
    super(
        number,
        node.configuration,
        node.inboxes,
        node.pulses,
        node.takeovers,
        node.figures,
        node.log);
    this.engines = engines;
    this.outside = outside;
  }

  @Override
  Outside outside() {
    return outside;
  }

  @Override
  @Nullable ShareLife running() {
    return running;
  }

  @Override
  void take(Arrival arrival, long nowNanos, PacketOutput out) {
    ShareLife present = running;
    if (arrival instanceof Arrival.Shared begun) {
      running = new ShareLife(begun, engines, this);
    } else if (arrival instanceof Arrival.Stepped stepped
        && present != null
        && stepped.self().equals(present.self())) {
      present.engines().carryOut(stepped.step(), nowNanos, out);
      afterCall(nowNanos, out);
    }
  }

  @Override
  void afterCall(long nowNanos, PacketOutput out) {
    ShareLife present = running;
    if (present != null) {
      present.afterCall(nowNanos, out);
      if (present.engines().isOver()) {
        running = null;
        endAnnouncement();
      }
    }
  }

  @Override
  void tick(long lateNanos, long nowNanos, PacketOutput out) {
    ShareLife present = running;
    if (present != null) {
      if (lateNanos > pauseNanos()) {
        log.warn(
            "a worker was stopped, worker="
                + number
                + " millis="
                + TimeUnit.NANOSECONDS.toMillis(lateNanos));
      }
      present.engines().tick(nowNanos, out);
    }
  }
}
