package dev.midstream.engines.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.node.ClusterEffect;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step of a node's state machine means for a worker: {@link EngineShare#carryOut}.
 *
 * @param table the table that the node obeys from now on; null if it is the one before
 * @param effects what concerns the worker's buckets, or all of them
 * @param resumes whether the node has got a lease
 */
public record NodeStep(
    @Nullable AllocationTable table, List<ClusterEffect> effects, boolean resumes) {
  /** Copies {@code effects}. */
  public NodeStep {
    effects = List.copyOf(effects);
  }

  boolean isEmpty() {
    return table == null && effects.isEmpty() && !resumes;
  }
}
