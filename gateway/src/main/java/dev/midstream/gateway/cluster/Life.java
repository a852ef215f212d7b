package dev.midstream.gateway.cluster;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.jgroups.carrier.Carrier;
import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.carrier.CarrierListener;
import dev.midstream.jgroups.carrier.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One life of a node and what carries its messages: what arrives goes to the node's workers, what
 * they send goes to the carrier. Nothing is sent before the carrier is open. Thread-safe.
 */
final class Life {
  private final Carrier carrier;
  private final Inboxes inboxes;
  private final Takeovers takeovers;
  private final NodeLog log;
  private volatile boolean isOpen;

  Life(Carrier carrier, Inboxes inboxes, Takeovers takeovers, NodeLog log) {
    this.carrier = carrier;
    this.inboxes = inboxes;
    this.takeovers = takeovers;
    this.log = log;
  }

  NodeId self() {
    return carrier.self();
  }

  /** Joins the others. Waits for some of them. */
  void open() throws CarrierException {
    takeovers.beginLife();
    carrier.open(new Listener());
    isOpen = true;
  }

  /** Leaves the others. */
  void close() {
    isOpen = false;
    carrier.close();
  }

  void send(NodeId to, ClusterMessage message) {
    if (isOpen) {
      carrier.send(to, message);
    }
  }

  void send(NodeId to, LogMessage message) {
    if (isOpen) {
      carrier.send(to, message);
    }
  }

  /** The name of the node at {@code address}; null if it was not met. */
  @Nullable String nameAt(NodeAddress address) {
    return isOpen ? carrier.nameAt(address) : null;
  }

  void verify(NodeId node) {
    if (isOpen) {
      carrier.verify(node);
    }
  }

  void probe(NodeAddress address, long number) {
    if (isOpen) {
      carrier.probe(address, number);
    }
  }

  /** Hands everything on. What may be lost is dropped if there is no room for it. */
  private final class Listener implements CarrierListener {
    private String named(NodeId node) {
      String name = carrier.nameAt(node.address());
      return node.address() + (name == null ? "" : " name=" + name);
    }

    private void put(ClusterInput input) {
      inboxes.ofNode().put(new Arrival.Happened(self(), input));
    }

    @Override
    public void onView(List<NodeId> members) {
      put(new ClusterInput.ViewChanged(members));
    }

    @Override
    public void onMessage(NodeId from, ClusterMessage message) {
      Arrival arrival =
          message instanceof ClusterMessage.Neighbours told
              ? new Arrival.Told(self(), from, told)
              : new Arrival.Happened(self(), new ClusterInput.Received(from, message));
      boolean ignored = inboxes.ofNode().offer(arrival);
    }

    @Override
    public void onLog(NodeId from, LogMessage message) {
      boolean ignored =
          inboxes
              .of(inboxes.workerOf(message.bucket()))
              .offer(new Arrival.Logged(self(), from, message));
    }

    @Override
    public void onDead(NodeId node) {
      long nanoTime = System.nanoTime(); // the worker may be late
      inboxes.ofNode().put(new Arrival.Proved(self(), node, nanoTime)); // before the line
      log.warn("a node is dead, node=" + named(node));
    }

    @Override
    public void onSuspected(NodeId node) {
      takeovers.miss(node);
      log.warn("a node is silent, node=" + named(node));
    }

    @Override
    public void onHeard(NodeId node) {
      takeovers.hear(node);
      log.info("a node is heard again, node=" + named(node));
    }

    @Override
    public void onAnswered(NodeAddress address) {
      put(new ClusterInput.Answered(address));
    }

    @Override
    public void onAbsent(NodeAddress address, long number) {
      put(new ClusterInput.Absent(address, number));
    }

    @Override
    public void onRefused(Refusal refusal) {
      log.warn(refusal.text());
    }
  }
}
