package dev.midstream.engines.worker;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.LogMeter;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.wire.packet.Packet;

/** What the engines of a worker want of their node. Nothing may be called back during a call. */
public interface Surroundings {
  /** Sends a message to another node; it may be lost. */
  void send(NodeId to, LogMessage message);

  /** Tells the node's state machine what has happened, after the present call. */
  void tell(ClusterInput input);

  /**
   * Passes on a packet of a bucket that another node owns, or to the node where its connection
   * stays.
   *
   * @param place the bucket, or {@link Buckets#stayingPlace}
   * @param packet valid during the call
   */
  void redirect(int place, Packet packet);

  /**
   * Gives a packet to the worker of this node that has its bucket.
   *
   * @param place the bucket, or {@link Buckets#stayingPlace}
   * @param packet valid during the call
   */
  void handOver(int place, Packet packet);

  /**
   * Sends a packet of a connection that stays here although another node owns {@code bucket}, if
   * that may not leave where all others do.
   *
   * @param packet valid during the call
   * @return false if it may
   */
  boolean leave(int bucket, Packet packet);

  /**
   * Tells the other workers of this node what a connection of {@code bucket} expects, before they
   * process any packet that comes later; they get it by {@link BucketEngines#hear}.
   *
   * @param record not changed any more
   * @return false if there is no room: no worker is told
   */
  boolean announce(int bucket, byte[] record);

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
