package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;

/**
 * A node that keeps a replica of a bucket.
 *
 * @param complete whether the replica holds everything, so that the node may become the owner
 */
public record Backup(NodeId node, boolean complete) {}
