/**
 * One direction of a connection, as a transmission control block (RFC 9293 section 3.3.1). It holds
 * edits and promises to the sender, the RCV variables towards the sender, the SND variables towards
 * the receiver, and the sender's newest headers. {@link Edits} says which of them are essential.
 *
 * <p>All objects belong to one engine and are used on the thread of its worker; nothing is
 * thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.stream;

import org.jspecify.annotations.NullMarked;
