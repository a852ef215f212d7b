/**
 * Maps header fields into the space of the other end: acknowledgement, SACK, window, urgent pointer
 * and timestamps. An acknowledgement is also processed: A moves, first copies are freed, commands
 * are folded, and round trips and losses are noted. Nothing here touches payload.
 *
 * <p>The engine calls it on the thread of its worker. Nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.rewrite;

import org.jspecify.annotations.NullMarked;
