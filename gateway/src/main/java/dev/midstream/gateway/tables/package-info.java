/**
 * The common tables of a cluster as this node fills and reads them (HSI-1): {@link
 * dev.midstream.gateway.tables.NodeTables} opens them beside each life of the node, lists its
 * connections in them, and answers for all nodes. Packets, leases and takeovers wait for none of
 * it.
 */
@NullMarked
package dev.midstream.gateway.tables;

import org.jspecify.annotations.NullMarked;
