/**
 * Scripts in packet notation: segments that arrive at a box, and everything that must leave it.
 *
 * <p>Place on the path: it stands in for the port on both ends of it, and for the clock. It drives
 * a {@link dev.midstream.wire.packet.Box} and knows nothing of what the box does. It knows no test
 * framework; a script that fails throws {@link java.lang.AssertionError}.
 */
@NullMarked
package dev.midstream.testkit.notation;

import org.jspecify.annotations.NullMarked;
