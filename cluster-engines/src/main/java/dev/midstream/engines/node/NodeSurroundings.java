package dev.midstream.engines.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/** What an {@link EngineNode} wants. Nothing may be called back during a call. */
public interface NodeSurroundings {
  /** Sends a message to another node; it may be lost. */
  void send(NodeId to, ClusterMessage message);

  /** Sends a message about a log to another node; it may be lost. */
  void send(NodeId to, LogMessage message);

  /**
   * Passes on a packet of a bucket that another node owns.
   *
   * @param packet valid during the call
   */
  void redirect(int bucket, Packet packet);

  /** Carries out an effect that is no message, after the engines have done their part of it. */
  void perform(ClusterEffect effect);

  /** The node obeys {@code table} from now on. Called before the effects that come of it. */
  default void onTable(AllocationTable table, long nowNanos, PacketOutput out) {}

  /**
   * Sees each packet before the engine of its bucket processes it.
   *
   * @param packet valid during the call
   */
  default void onPacket(Packet packet) {}

  /** Sees each input before it is processed. */
  default void onInput(ClusterInput input) {}

  /** Sees each effect before it is carried out. */
  default void onEffect(ClusterEffect effect) {}
}
