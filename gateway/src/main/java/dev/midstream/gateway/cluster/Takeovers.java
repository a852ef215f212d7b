package dev.midstream.gateway.cluster;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts the buckets that a node has gone on with, and how long that took: from when the connection
 * to their owner was closed, or the carrier missed it, to when they were open. Thread-safe.
 */
final class Takeovers {
  private static final double NANOS_PER_MILLI = 1e6;

  private final LongSupplier clock;

  /** The last life at each address that is missed. */
  private final Map<NodeAddress, Missed> missed = new HashMap<>();

  private long count;
  private long beganNanos;
  private boolean hasBegun;
  private long lastNanos = -1;

  private record Missed(NodeId node, long sinceNanos) {}

  /** No takeover yet; {@code clock} counts nanoseconds, from any time on. */
  Takeovers(LongSupplier clock) {
    this.clock = clock;
  }

  /** This node joins anew: the connections of its life before are all closed. */
  synchronized void beginLife() {
    missed.clear();
  }

  /** The connection to {@code node} was closed, or it is silent. */
  synchronized void miss(NodeId node) {
    Missed known = missed.get(node.address());
    if (known == null || !known.node().equals(node)) {
      missed.put(node.address(), new Missed(node, clock.getAsLong()));
    }
  }

  /** A node that was missed lives. */
  synchronized void hear(NodeId node) {
    boolean ignored = takeMissed(node) != null;
  }

  private @Nullable Missed takeMissed(NodeId node) {
    Missed known = missed.get(node.address());
    return known != null && known.node().equals(node) ? missed.remove(node.address()) : null;
  }

  /** These nodes are no members any more: this one may go on with what they had. */
  synchronized void begin(Collection<NodeId> removed) {
    hasBegun = true;
    beganNanos = clock.getAsLong();
    for (NodeId node : removed) {
      Missed known = takeMissed(node);
      if (known != null && known.sinceNanos() - beganNanos < 0) {
        beganNanos = known.sinceNanos();
      }
    }
  }

  /** A bucket was opened that its owner has not handed over. */
  synchronized void open() {
    count++;
    if (hasBegun) {
      lastNanos = clock.getAsLong() - beganNanos;
    }
  }

  /** The buckets so far. */
  synchronized long count() {
    return count;
  }

  /** From the close to the last bucket opened after it; negative if there was none. */
  synchronized double lastMillis() {
    return lastNanos < 0 ? -1 : lastNanos / NANOS_PER_MILLI;
  }

  /** The same in nanoseconds. */
  synchronized long lastNanos() {
    return lastNanos;
  }
}
