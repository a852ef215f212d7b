/** Boxes around a box under test, which change the packets that it receives. */
@NullMarked
package dev.midstream.testkit.box;

import org.jspecify.annotations.NullMarked;
