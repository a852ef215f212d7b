/** The heap that an engine takes, as the heap itself says. */
@NullMarked
package dev.midstream.worlds.heap;

import org.jspecify.annotations.NullMarked;
