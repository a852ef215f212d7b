package dev.midstream.cluster.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which nodes have accepted which tables. */
final class Acceptances {
  private final Map<Version, Proposal> proposals = new HashMap<>();

  private record Proposal(AllocationTable table, Set<NodeId> acceptedBy) {
    private NodeId proposer() {
      return table.version().term().candidate();
    }

    /** Whether those of {@code lives} that have accepted it are a majority with its proposer. */
    boolean isAgreed(Set<NodeId> lives) {
      long count =
          table.base().stream()
              .filter(acceptedBy::contains)
              .filter(node -> node.equals(proposer()) || lives.contains(node))
              .count();
      return !table.isJoin() && 2 * count > table.base().size();
    }

    boolean isAcceptedBy(Set<NodeId> lives) {
      return acceptedBy.stream().anyMatch(lives::contains);
    }
  }

  /** {@code node} sends something. */
  void note(NodeId node, ClusterMessage message) {
    if (message instanceof ClusterMessage.Propose proposal) {
      Version version = proposal.table().version();
      proposals.computeIfAbsent(version, key -> new Proposal(proposal.table(), new HashSet<>()));
      accept(node, version);
    } else if (message instanceof ClusterMessage.Accepted accepted) {
      accept(node, accepted.version());
    }
  }

  private void accept(NodeId node, Version version) {
    Proposal proposal = proposals.get(version);
    if (proposal != null) {
      proposal.acceptedBy.add(node);
    }
  }

  /** The latest table of the cluster of which {@code lives} can find out that it is agreed on. */
  @Nullable AllocationTable agreed(NodeId founder, Set<NodeId> lives) {
    return latest(founder, proposal -> proposal.isAgreed(lives));
  }

  /** The latest table of the cluster that one of {@code lives} has accepted. */
  @Nullable AllocationTable accepted(NodeId founder, Set<NodeId> lives) {
    return latest(founder, proposal -> proposal.isAcceptedBy(lives));
  }

  private @Nullable AllocationTable latest(NodeId founder, Predicate<Proposal> filter) {
    return proposals.values().stream()
        .filter(each -> each.table.founder().equals(founder) && filter.test(each))
        .map(Proposal::table)
        .max(Comparator.comparing(AllocationTable::version))
        .orElse(null);
  }
}
