package dev.midstream.tables.infinispan;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.jgroups.carrier.CarrierListener;
import dev.midstream.jgroups.carrier.Refusal;
import dev.midstream.tables.store.StoreListener;
import java.util.List;

/** Hears what is wrong with the channel of the tables. Deaths are the carrier's to report. */
final class TroubleListener implements CarrierListener {
  private final StoreListener listener;

  TroubleListener(StoreListener listener) {
    this.listener = listener;
  }

  @Override
  public void onRefused(Refusal refusal) {
    listener.onTrouble("common tables: " + refusal.text());
  }

  @Override
  public void onView(List<NodeId> members) {
    // Infinispan has the view
  }

  @Override
  public void onMessage(NodeId from, ClusterMessage message) {
    // the channel carries none
  }

  @Override
  public void onLog(NodeId from, LogMessage message) {
    // the channel carries none
  }

  @Override
  public void onDead(NodeId node) {
    // the carrier finds out by its own port
  }

  @Override
  public void onSuspected(NodeId node) {
    // the carrier finds out by its own port
  }

  @Override
  public void onHeard(NodeId node) {
    // the carrier finds out by its own port
  }

  @Override
  public void onAnswered(NodeAddress address) {
    // nothing is asked for
  }

  @Override
  public void onAbsent(NodeAddress address, long number) {
    // nothing is asked for
  }
}
