package dev.midstream.jgroups.group;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.jgroups.carrier.CarrierListener;
import dev.midstream.jgroups.carrier.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stands before the listener: says nothing after the end, and says a refusal once a minute, a
 * hundred of them at most. Thread-safe.
 */
final class Relay implements CarrierListener {
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final int MAX_TEXTS = 100;

  private final CarrierListener listener;
  private final Map<String, Long> said = new HashMap<>();
  private volatile boolean ended;

  Relay(CarrierListener listener) {
    this.listener = listener;
  }

  /** Nothing that comes from now on is said. */
  void end() {
    ended = true;
  }

  @Override
  public void onView(List<NodeId> members) {
    if (!ended) {
      listener.onView(members);
    }
  }

  @Override
  public void onMessage(NodeId from, ClusterMessage message) {
    if (!ended) {
      listener.onMessage(from, message);
    }
  }

  @Override
  public void onLog(NodeId from, LogMessage message) {
    if (!ended) {
      listener.onLog(from, message);
    }
  }

  @Override
  public void onDead(NodeId node) {
    if (!ended) {
      listener.onDead(node);
    }
  }

  @Override
  public void onSuspected(NodeId node) {
    if (!ended) {
      listener.onSuspected(node);
    }
  }

  @Override
  public void onHeard(NodeId node) {
    if (!ended) {
      listener.onHeard(node);
    }
  }

  @Override
  public void onAnswered(NodeAddress address) {
    if (!ended) {
      listener.onAnswered(address);
    }
  }

  @Override
  public void onAbsent(NodeAddress address, long number) {
    if (!ended) {
      listener.onAbsent(address, number);
    }
  }

  @Override
  public void onRefused(Refusal refusal) {
    if (!ended && isNews(refusal.text(), System.nanoTime())) {
      listener.onRefused(refusal);
    }
  }

  /** Strangers make texts, too: so many that they would hide all others. */
  private synchronized boolean isNews(String text, long nowNanos) {
    said.values().removeIf(last -> nowNanos - last >= MINUTE_NANOS);
    return said.size() < MAX_TEXTS && said.putIfAbsent(text, nowNanos) == null;
  }
}
