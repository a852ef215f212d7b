/**
 * A cluster on this machine: {@link dev.midstream.demo.cluster.ClusterNetwork} is the network, and
 * {@link dev.midstream.demo.cluster.ClusterNodes} the program at each node of it.
 *
 * <p>Place on the path: around all of it, for the demonstration, live tests and measurements. The
 * caller says how the program is started and configured.
 */
@NullMarked
package dev.midstream.demo.cluster;

import org.jspecify.annotations.NullMarked;
