/**
 * Octets kept by the engine: undecided ones and out-of-order ones in original space, released ones
 * in new space. All are charged to an account of one memory budget. Nothing here knows packets.
 *
 * <p>Essential state: undecided octets below K and {@link ReleasedOctets}. The sender can
 * retransmit everything else.
 *
 * <p>A store belongs to one engine and is used on the thread of its worker only. Nothing is
 * thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.store;

import org.jspecify.annotations.NullMarked;
