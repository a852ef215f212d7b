package dev.midstream.engines.sim;

import dev.midstream.cluster.node.ClusterMessage;

/** Which messages a test loses. */
@FunctionalInterface
interface Loss {
  /** Whether a message of {@code from} to {@code to} is lost. */
  boolean loses(Machine from, Machine to, ClusterMessage message);
}
