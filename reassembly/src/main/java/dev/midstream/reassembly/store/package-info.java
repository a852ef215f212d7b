/**
 * Octets the engine keeps: undecided ones in original space, released ones in new space, and those
 * that wait behind a gap. Everything kept is charged to one ledger; nothing here knows a packet.
 */
@NullMarked
package dev.midstream.reassembly.store;

import org.jspecify.annotations.NullMarked;
