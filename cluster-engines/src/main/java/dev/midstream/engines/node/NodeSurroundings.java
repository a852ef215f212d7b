package dev.midstream.engines.node;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;

/** What an {@link EngineNode} wants. Nothing may be called back during a call. */
public interface NodeSurroundings extends WorkerSurroundings {
  /** Sends a message to another node; it may be lost. */
  void send(NodeId to, ClusterMessage message);

  /**
   * Has the {@link EngineShare} of another worker carry out a step, after all steps before it; it
   * must not be lost.
   *
   * @param worker 1 or more
   */
  default void share(int worker, NodeStep step) {
    throw new IllegalStateException("there is no other worker: worker=" + worker);
  }

  /** Sees each input before it is processed. */
  default void onInput(ClusterInput input) {}
}
