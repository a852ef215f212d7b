package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.ConfigurationMatch;
import dev.midstream.cluster.member.NodeId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The coordinator's answers to nodes that want to join (LD-1, LD-11, LD-13). */
final class Admission {
  private static final String UNKNOWN_ADDRESS = "its address is not one of the cluster's";
  private static final String OTHER_ROLE =
      "its address is a dispatcher's and it is none, or the other way round";

  private final NodeContext context;
  private final Agreement agreement;
  private final Leadership leadership;
  private final TablePlan plan;
  private final Map<NodeId, Member.Role> asked = new HashMap<>();

  Admission(NodeContext context, Agreement agreement, Leadership leadership, TablePlan plan) {
    this.context = context;
    this.agreement = agreement;
    this.leadership = leadership;
    this.plan = plan;
  }

  void onRequest(NodeId from, ClusterMessage.JoinRequest request) {
    AllocationTable agreed = agreement.agreed();
    if (!leadership.isLeading() || agreed == null || !agreement.hasLease()) {
      return;
    }
    if (agreed.isMember(from)) {
      context.send(from, new ClusterMessage.Install(agreed));
    } else if (!ConfigurationMatch.isAlike(
        request.configuration(), context.settings.configuration())) {
      refuse(from, ClusterEffect.Event.OTHER_CONFIGURATION, null);
    } else if (!isKnown(from)) {
      refuse(from, ClusterEffect.Event.VETO, UNKNOWN_ADDRESS);
    } else if (context.isDispatcher(from) != (request.role() == Member.Role.DISPATCHER)) {
      refuse(from, ClusterEffect.Event.VETO, OTHER_ROLE);
    } else {
      if (asked.put(from, request.role()) == null) {
        context.add(new ClusterEffect.AskListeners(from));
      }
      context.send(from, new ClusterMessage.JoinPending());
    }
  }

  private boolean isKnown(NodeId node) {
    return context.settings.addresses().isEmpty()
        || context.isDispatcher(node)
        || context.settings.addresses().contains(node.address());
  }

  void onVerdict(NodeId node, @Nullable String veto) {
    Member.Role role = asked.remove(node);
    if (role == null || !leadership.isLeading()) {
      return;
    }
    if (veto == null) {
      plan.admit(node, role);
      leadership.planNext();
    } else {
      refuse(node, ClusterEffect.Event.VETO, veto);
    }
  }

  private void refuse(NodeId node, ClusterEffect.Event event, @Nullable String veto) {
    context.add(new ClusterEffect.Report(event, node));
    context.send(node, new ClusterMessage.JoinRefused(context.settings.configuration(), veto));
  }
}
