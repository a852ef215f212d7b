package dev.midstream.engines.node;

import dev.midstream.cluster.node.ClusterInput;

/** What an {@link EngineShare} wants. Nothing may be called back during a call. */
public interface ShareSurroundings extends WorkerSurroundings {
  /** Gives the node's state machine, which is at another worker, an input; it must not be lost. */
  void input(ClusterInput input);
}
