/**
 * One node of a cluster: inputs go in, effects come out.
 *
 * <p>{@link dev.midstream.cluster.node.ClusterNode} composes the parts. Nothing here sends, waits,
 * reads a clock or starts a thread; whatever carries the messages may delay and lose them.
 */
@NullMarked
package dev.midstream.cluster.node;

import org.jspecify.annotations.NullMarked;
