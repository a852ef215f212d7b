/**
 * Octets the engine keeps: undecided ones in original space, released ones in new space, and those
 * that wait behind a gap. Everything kept is charged to one ledger; nothing here knows a packet.
 *
 * <p>Every store belongs to one engine and is touched on the thread of its worker only; nothing is
 * thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.store;

import org.jspecify.annotations.NullMarked;
