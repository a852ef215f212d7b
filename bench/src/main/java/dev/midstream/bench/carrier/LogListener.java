package dev.midstream.bench.carrier;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.jgroups.carrier.CarrierListener;
import dev.midstream.jgroups.carrier.Refusal;
import java.util.List;

/** Hears messages about logs only. */
abstract class LogListener implements CarrierListener {
  @Override
  public void onView(List<NodeId> members) {
    // of two nodes
  }

  @Override
  public void onMessage(NodeId from, ClusterMessage message) {
    // none is sent
  }

  @Override
  public void onDead(NodeId node) {
    // none dies
  }

  @Override
  public void onSuspected(NodeId node) {
    // a slow machine
  }

  @Override
  public void onHeard(NodeId node) {
    // a slow machine
  }

  @Override
  public void onAnswered(NodeAddress address) {
    // none was asked for
  }

  @Override
  public void onAbsent(NodeAddress address, long number) {
    // none was asked for
  }

  @Override
  public void onRefused(Refusal refusal) {
    System.err.println(refusal);
  }
}
