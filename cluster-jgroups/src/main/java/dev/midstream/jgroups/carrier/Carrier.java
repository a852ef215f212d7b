package dev.midstream.jgroups.carrier;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import org.jspecify.annotations.Nullable;

/**
 * Carries the messages of one life of a node. A new life gets a new carrier.
 *
 * <p>Messages of a node arrive in their order and once, while both nodes are in the same view; at a
 * change of the view some may be lost. Messages about logs, and those of nodes that are {@linkplain
 * ClusterMessage#isRepeated repeated}, may be lost at any time, and may overtake all others. What
 * cannot be read is dropped and counted.
 *
 * <p>Thread-safe. No method but {@link #open} and {@link #close} waits for another node, or for the
 * network.
 */
public interface Carrier extends AutoCloseable {

  /** The life whose messages are carried. */
  NodeId self();

  /**
   * Joins the others. To be called once.
   *
   * @param listener called by threads of the carrier, several at once, from before this call
   *     returns until {@link #close} returns
   * @throws CarrierException if this node cannot take part; the carrier is closed then
   */
  void open(CarrierListener listener) throws CarrierException;

  /** Sends a message. To a node that is not in the view, or is stuck, it may be dropped. */
  void send(NodeId to, ClusterMessage message);

  /**
   * Sends a message about a log. To a node that is not in the view, or is stuck, it may be dropped.
   */
  void send(NodeId to, LogMessage message);

  /**
   * Finds out whether the process of {@code node} is gone. Says so to the listener if it is, and if
   * any process answers.
   */
  void verify(NodeId node);

  /**
   * Finds out whether a process listens at {@code address}, and tells the listener if none does, or
   * if one answers.
   */
  void probe(NodeAddress address, long number);

  /** The name in the certificate of the node at {@code address}; null if it was not met. */
  @Nullable String nameAt(NodeAddress address);

  /** What was carried and dropped so far. */
  CarrierCounts counts();

  /** Leaves the others. Does nothing if the carrier is closed. */
  @Override
  void close();
}
