/**
 * The mapping between the original and the rewritten stream of one direction, both ways: data,
 * acknowledgements, SACK, window, FIN, urgent pointer and probes.
 *
 * <p>Place on the path: between the command list and the header fields that are rewritten. {@link
 * dev.midstream.modcmd.map.OffsetMap} holds the rule that all other types use. Nothing here reads
 * or writes a packet, keeps octets, or decides when something is sent.
 *
 * <p>Maps belong to one stream and to the thread of the worker that owns the connection. Rules have
 * no state and are for any thread.
 */
@NullMarked
package dev.midstream.modcmd.map;

import org.jspecify.annotations.NullMarked;
