/**
 * Lets one of two machines die under transfers: of Midstream, of HAProxy, and of routers with
 * address translation, these two with keepalived and conntrackd. All are measured in the same
 * network, {@link dev.midstream.demo.cluster.ClusterNetwork}, by the same ends.
 */
@NullMarked
package dev.midstream.bench.failover;

import org.jspecify.annotations.NullMarked;
