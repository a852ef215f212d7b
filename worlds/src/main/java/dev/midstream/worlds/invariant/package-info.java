/** The invariants of modcmd, checked on the streams of a running engine. */
@NullMarked
package dev.midstream.worlds.invariant;

import org.jspecify.annotations.NullMarked;
