package dev.midstream.engines.log;

import dev.midstream.cluster.member.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The ways to all backups of a worker. Not thread-safe. */
public final class Links {
  private final Map<NodeId, Link> links = new HashMap<>();

  Link of(NodeId node) {
    return links.computeIfAbsent(node, _ -> new Link());
  }

  /** The buckets whose logs waited until more could be sent to {@code node}; they wait no more. */
  public List<Integer> takeBlocked(NodeId node) {
    Link link = links.get(node);
    return link == null ? List.of() : link.takeBlocked();
  }

  /** Forgets the nodes that are no members any more. No log has records on the way to them. */
  public void retain(Collection<NodeId> members) {
    links.keySet().retainAll(members);
  }

  /** Octets of records on the way to all nodes. */
  public long bytesOnTheWay() {
    return links.values().stream().mapToLong(Link::bytesOnTheWay).sum();
  }
}
