/**
 * Which nodes are in the cluster, which are alive, and which may go on: keepalives, leases, proof
 * of death, the survivor rule and the merge rule.
 *
 * <p>Everything here is pure: times are parameters, and evidence comes from outside. Nothing here
 * knows buckets or messages.
 */
@NullMarked
package dev.midstream.cluster.member;

import org.jspecify.annotations.NullMarked;
