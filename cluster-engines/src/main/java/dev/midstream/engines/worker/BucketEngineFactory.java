package dev.midstream.engines.worker;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.flow.ConnectionRouter;

/** Makes the engine of a bucket. All engines of a node must have one configuration and one seed. */
@FunctionalInterface
public interface BucketEngineFactory {
  /** Makes an engine without connections. */
  Engine create(int bucket, CommitLog log, ConnectionRouter router);
}
