/** The heap of an engine, measured by the objects that can be reached from it. */
@NullMarked
package dev.midstream.worlds.heap;

import org.jspecify.annotations.NullMarked;
