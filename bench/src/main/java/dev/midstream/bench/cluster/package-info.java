/**
 * Measures a cluster of real nodes in network namespaces: how long streams stand still when a node
 * dies or a bucket moves, what each commit mode costs a round trip, and how large the records of
 * connections and edits are.
 */
@NullMarked
package dev.midstream.bench.cluster;

import org.jspecify.annotations.NullMarked;
