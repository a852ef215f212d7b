/**
 * Scripts in packet notation: the segments that arrive at a box, and all of its output.
 *
 * <p>Place on the path: a script replaces the ports on both sides of a box, and the clock. It
 * drives a {@link dev.midstream.wire.packet.Box} and knows nothing of what the box does. It depends
 * on no test framework; a failed script throws {@link java.lang.AssertionError}.
 */
@NullMarked
package dev.midstream.testkit.notation;

import org.jspecify.annotations.NullMarked;
