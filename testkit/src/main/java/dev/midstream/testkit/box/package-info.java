/** Boxes around a box under test, which change its packets, and a wire in place of one. */
@NullMarked
package dev.midstream.testkit.box;

import org.jspecify.annotations.NullMarked;
