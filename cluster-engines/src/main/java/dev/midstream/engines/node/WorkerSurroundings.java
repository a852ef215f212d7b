package dev.midstream.engines.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.engines.log.LogMeter;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/** What a worker of a node wants. Nothing may be called back during a call. */
public interface WorkerSurroundings {
  /** Sends a message about a log to another node; it may be lost. */
  void send(NodeId to, LogMessage message);

  /**
   * Passes on a packet of a bucket that another node owns, or to the node where its connection
   * stays.
   *
   * @param place the bucket, or {@link dev.midstream.engines.worker.Buckets#stayingPlace}
   * @param packet valid during the call
   */
  void redirect(int place, Packet packet);

  /** See {@link WorkerDelivery#leaveStaying}. */
  boolean leave(int bucket, Packet packet);

  /**
   * Gives a packet to the worker of this node that has its bucket, to be processed there; it may be
   * lost.
   *
   * @param place the bucket, or {@link dev.midstream.engines.worker.Buckets#stayingPlace}
   * @param packet valid during the call
   */
  default void handOver(int place, Packet packet) {
    throw new IllegalStateException("there is no other worker: place=" + place);
  }

  /**
   * Has each other worker {@linkplain WorkerEngines#hear hear} this before it processes any packet
   * that comes later.
   *
   * @return false if there is no room: no worker is told
   */
  default boolean announce(int bucket, byte[] record) {
    return true;
  }

  /** Sees each effect before the worker carries it out. */
  default void onEffect(ClusterEffect effect) {}

  /** Carries out an effect that is no message, after the engines have done their part of it. */
  void perform(ClusterEffect effect);

  /** The worker obeys {@code table} from now on. Called before the effects that come of it. */
  default void onTable(AllocationTable table, long nowNanos, PacketOutput out) {}

  /**
   * Sees each packet before the engine of its bucket processes it.
   *
   * @param packet valid during the call
   */
  default void onPacket(Packet packet) {}

  /** Counts what the logs do. Asked once, at the beginning. */
  default LogMeter meter() {
    return LogMeter.NONE;
  }
}
