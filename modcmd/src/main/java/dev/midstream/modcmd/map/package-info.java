/**
 * The mapping between the original and the rewritten stream of one direction, both ways: data,
 * acknowledgements, SACK, window, FIN, urgent pointer and probes.
 *
 * <p>Place on the path: between the command list and the header fields that are rewritten. {@link
 * dev.midstream.modcmd.map.OffsetMap} holds the rule every other type here builds on. Nothing in
 * this package reads or writes a packet, keeps octets, or decides when something is sent.
 *
 * <p>Maps belong to one stream and to the thread of the worker that has its connection; rules
 * without state are for any thread.
 */
@NullMarked
package dev.midstream.modcmd.map;

import org.jspecify.annotations.NullMarked;
