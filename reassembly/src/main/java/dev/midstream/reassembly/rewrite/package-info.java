/**
 * Header fields that follow from the commands: acknowledgement, SACK, window, urgent pointer and
 * timestamps of a packet, mapped into the other end's space. Nothing here touches payload.
 *
 * <p>Called by the engine, on the thread of its worker; nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.rewrite;

import org.jspecify.annotations.NullMarked;
