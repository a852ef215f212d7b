package dev.midstream.engines.worker;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import org.jspecify.annotations.Nullable;

/** What a worker knows of its node. */
public interface NodeView {
  /** The node. */
  NodeId self();

  /** The table that the node obeys; null before it is a member. */
  @Nullable AllocationTable table();

  /**
   * Whether the node may emit packets of {@code bucket} at {@code nowNanos}.
   *
   * @param bucket one with an engine at this worker
   */
  boolean mayEmit(int bucket, long nowNanos);

  /** Whether the node may send at {@code nowNanos}, as far as its lease is concerned. */
  boolean isLeased(long nowNanos);
}
