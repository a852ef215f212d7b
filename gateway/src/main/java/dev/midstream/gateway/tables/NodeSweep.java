package dev.midstream.gateway.tables;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.worker.BucketSweep;

/**
 * A sweep of the connections of a node's worker, which belongs to the worker's thread.
 *
 * @param self the life of the node that has them
 * @param isLeased whether it may send packets
 * @param beganNanos the worker's time when it began
 */
public record NodeSweep(NodeId self, boolean isLeased, long beganNanos, BucketSweep buckets) {}
