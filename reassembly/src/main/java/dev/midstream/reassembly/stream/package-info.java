/**
 * One direction of a connection, as a transmission control block (RFC 9293 section 3.3.1): the
 * edits and their mapping, what its sender has sent, what its receiver has acknowledged, and the
 * headers that its segments carry.
 *
 * <p>Belongs to one engine and is touched on the thread of its worker only; nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.stream;

import org.jspecify.annotations.NullMarked;
