/** The engine compared with no box, and with simpler models of a box. */
@NullMarked
package dev.midstream.worlds.compare;

import org.jspecify.annotations.NullMarked;
