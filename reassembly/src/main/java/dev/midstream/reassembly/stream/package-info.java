/**
 * One direction of a connection, as a transmission control block (RFC 9293 section 3.3.1).
 * Essential are the edits and the promises to the sender, in {@link Edits}. Derived are the RCV
 * variables towards the sender, the SND variables towards the receiver, and the sender's newest
 * headers.
 *
 * <p>All objects belong to one engine and are used on the thread of its worker; nothing is
 * thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.stream;

import org.jspecify.annotations.NullMarked;
