package dev.midstream.jgroups.carrier;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import java.util.List;

/**
 * Hears what a {@link Carrier} brings. It is called by several threads at once and must not wait:
 * it hands everything to the thread of its node.
 */
public interface CarrierListener {

  /**
   * These nodes are in the group, the longest member first. Called with one view after the other.
   */
  void onView(List<NodeId> members);

  /** A message of a node arrived. */
  void onMessage(NodeId from, ClusterMessage message);

  /** A message about a log arrived. */
  void onLog(NodeId from, LogMessage message);

  /** The process of {@code node} is gone: its port refuses, or another life answers there. */
  void onDead(NodeId node);

  /** {@code node} is silent, or a connection to it broke. Nothing is proved. */
  void onSuspected(NodeId node);

  /** {@code node}, which was suspected, was heard of again. */
  void onHeard(NodeId node);

  /**
   * A process of the cluster has answered at {@code address}, which was verified or probed: just
   * now, or in the last half of the detection time.
   */
  void onAnswered(NodeAddress address);

  /** No process listens at {@code address}, as the probe {@code number} found. */
  void onAbsent(NodeAddress address, long number);

  /**
   * A connection was refused, here or at the other end, or a node cannot be reached, or cannot
   * join. Called once a minute for one text, and a hundred times a minute at most.
   */
  void onRefused(Refusal refusal);
}
