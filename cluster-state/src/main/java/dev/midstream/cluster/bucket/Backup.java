package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;

/**
 * A node that keeps a replica of a bucket.
 *
 * @param since names the table by which the node has to begin the replica anew; a report about an
 *     earlier replica, which the node has dropped since, does not count
 * @param complete whether the replica holds everything, so that the node may become the owner
 */
public record Backup(NodeId node, long since, boolean complete) {}
