package dev.midstream.engines.worker;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.flow.ConnectionPool;
import dev.midstream.reassembly.flow.ConnectionRouter;

/**
 * Makes the engines of the buckets of one worker. All engines of a node must have one configuration
 * and one seed; those of a worker share their {@link dev.midstream.reassembly.EngineResources}.
 */
@FunctionalInterface
public interface BucketEngineFactory {
  /** Makes an engine without connections. */
  Engine create(int bucket, CommitLog log, ConnectionRouter router);

  /**
   * The heap for connections of the worker, which is charged with the lists of those that stay with
   * nodes.
   */
  default ConnectionPool connections() {
    return new ConnectionPool(Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  /** How much is done in one call of the worker when connections stay. */
  default StaySteps staySteps() {
    return StaySteps.USUAL;
  }

  /** An engine that was made is not used any more; it has no connection. */
  default void closed(Engine engine) {}
}
