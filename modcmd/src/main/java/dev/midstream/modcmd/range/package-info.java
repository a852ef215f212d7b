/**
 * Sets of ranges of offsets: which octets of a stream arrived, were reported or were retransmitted.
 *
 * <p>Place on the path: below the endpoints and the engine's custody of a stream. The package knows
 * offsets only.
 *
 * <p>A set belongs to one stream and to the thread that has its connection.
 */
@NullMarked
package dev.midstream.modcmd.range;

import org.jspecify.annotations.NullMarked;
