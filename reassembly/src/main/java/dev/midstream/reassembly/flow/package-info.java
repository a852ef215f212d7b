/**
 * The connections of an engine: the flow table, the connections with their phases, deadlines and
 * expectations. The second step for a packet, after its headers are parsed. Nothing here changes a
 * packet.
 *
 * <p>All objects belong to one engine and are used on the thread of its worker; only values are
 * thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.flow;

import org.jspecify.annotations.NullMarked;
