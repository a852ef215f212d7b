package dev.midstream.engines.worker;

import dev.midstream.cluster.bucket.WaitingPackets;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketCopy;
import java.util.function.Consumer;

/** Packets of a worker that wait until they may be processed. What waits too long is counted. */
final class AwaitingPackets {
  /** How many packets wait at most for their buckets. */
  private static final int MAX_WAITING = 1_024;

  /** How long a packet waits at most for its bucket: 50 ms. */
  private static final long WAITING_NANOS = 50_000_000;

  private final WaitingPackets<PacketCopy> waiting =
      new WaitingPackets<>(MAX_WAITING, WAITING_NANOS);
  private final Counters counters;

  /** No packets; those that are dropped are counted by {@code counters}. */
  AwaitingPackets(Counters counters) {
    this.counters = counters;
  }

  /** Has a packet wait for the engine at {@code place}. */
  void add(int place, Packet packet, long nowNanos) {
    if (!waiting.add(place, new PacketCopy(packet), nowNanos)) {
      noteDropped();
    }
  }

  /** Whether packets wait for the engine at {@code place}. */
  boolean isAwaited(int place) {
    return waiting.isAwaited(place);
  }

  /** Takes out the packets that wait for the engine at {@code place}. */
  void release(int place, Consumer<PacketCopy> receiver) {
    waiting.release(place, receiver);
  }

  /** Drops the packets that have waited too long. */
  void expire(long nowNanos) {
    int ignored = waiting.expire(nowNanos, expired -> noteDropped());
  }

  /** When {@link #expire} is due; {@link Long#MAX_VALUE} if no packet waits. */
  long nextNanos() {
    return waiting.nextNanos();
  }

  private void noteDropped() {
    counters.count(Reason.BUCKET_AWAITED);
  }
}
