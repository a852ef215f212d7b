/**
 * The 32-bit arithmetic of TCP: sequence numbers against 64-bit stream offsets, and the order of
 * timestamp values.
 *
 * <p>Place on the path: between the header views, which speak 32-bit numbers, and everything else,
 * which speaks offsets. Nothing outside this package may subtract or compare sequence numbers.
 *
 * <p>Everything here is immutable or without state, and so for any thread.
 */
@NullMarked
package dev.midstream.modcmd.offset;

import org.jspecify.annotations.NullMarked;
