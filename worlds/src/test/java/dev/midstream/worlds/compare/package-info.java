/** The engine compared with no engine, and with simpler models. */
@NullMarked
package dev.midstream.worlds.compare;

import org.jspecify.annotations.NullMarked;
