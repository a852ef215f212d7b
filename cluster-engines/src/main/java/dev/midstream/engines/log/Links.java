package dev.midstream.engines.log;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.reassembly.stream.CommitMode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The ways to all backups of a worker. Not thread-safe. */
public final class Links {
  private final Map<NodeId, Link> links = new HashMap<>();
  private final int windowBytes;
  private final long mostLoggedBytes;
  private final LogMeter meter;

  /** The ways of a worker that is the only one of its node, whose packets wait for records. */
  public Links() {
    this(1, CommitMode.STRICT, LogMeter.NONE);
  }

  /**
   * The ways of one of several workers.
   *
   * @param workers the workers of the node, 1 or more; they share what may be on the way
   * @param mode what waits for records. If senders do, they bound what waits; else a backup is
   *     given up for which too much waits
   * @param meter counts what all logs do
   */
  public Links(int workers, CommitMode mode, LogMeter meter) {
    windowBytes = Link.WINDOW_BYTES / workers;
    mostLoggedBytes =
        mode.delaysAcknowledgements() ? Long.MAX_VALUE : Link.MOST_LOGGED_BYTES / workers;
    this.meter = meter;
  }

  LogMeter meter() {
    return meter;
  }

  Link of(NodeId node) {
    return links.computeIfAbsent(node, _ -> new Link(windowBytes, mostLoggedBytes));
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
