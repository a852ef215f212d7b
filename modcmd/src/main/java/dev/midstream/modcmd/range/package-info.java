/**
 * Sets of ranges of offsets: the octets of a stream that arrived, were reported or were
 * retransmitted.
 *
 * <p>Place on the path: below the simulated endpoints and below the engine's custody. The package
 * knows only offsets.
 *
 * <p>A set belongs to one stream and to the thread of the worker that owns the connection.
 */
@NullMarked
package dev.midstream.modcmd.range;

import org.jspecify.annotations.NullMarked;
