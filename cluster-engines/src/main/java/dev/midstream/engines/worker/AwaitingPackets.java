package dev.midstream.engines.worker;

import dev.midstream.cluster.bucket.WaitingPackets;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketCopy;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Packets of a worker that wait until they may be processed, and those that may now. What waits too
 * long is counted.
 */
final class AwaitingPackets {
  /** How many packets wait at most for their buckets. */
  private static final int MAX_WAITING = 1_024;

  /** How long a packet waits at most for its bucket: 50 ms. */
  private static final long WAITING_NANOS = 50_000_000;

  private final WaitingPackets<PacketCopy> waiting =
      new WaitingPackets<>(MAX_WAITING, WAITING_NANOS);
  private final Deque<Ready> ready = new ArrayDeque<>();
  private final Counters counters;

  /** A packet that may be processed by the engine at {@code place}. */
  record Ready(int place, PacketCopy packet) {}

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

  /**
   * The packets that wait for {@code place}, and not too long, may be processed by the engine at
   * {@code to}.
   */
  void release(int place, int to, long nowNanos) {
    expire(nowNanos);
    waiting.release(place, each -> ready.add(new Ready(to, each)));
  }

  /** A packet may be processed by the engine at {@code place}, after those that are ready. */
  void addReady(int place, Packet packet) {
    ready.add(new Ready(place, new PacketCopy(packet)));
  }

  /** Takes out the next packet that may be processed; null if there is none. */
  @Nullable Ready nextReady() {
    return ready.poll();
  }

  /** Drops the packets that have waited too long. */
  void expire(long nowNanos) {
    int ignored = waiting.expire(nowNanos, expired -> noteDropped());
  }

  /** When something is to be done; {@link Long#MAX_VALUE} if there is no packet. */
  long nextNanos() {
    return ready.isEmpty() ? waiting.nextNanos() : 0;
  }

  private void noteDropped() {
    counters.count(Reason.BUCKET_AWAITED);
  }
}
