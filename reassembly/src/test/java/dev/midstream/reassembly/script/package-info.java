/** Engines for packet scripts. */
@NullMarked
package dev.midstream.reassembly.script;

import org.jspecify.annotations.NullMarked;
