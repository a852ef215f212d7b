/** The engine's traps, each a scenario that breaks a law, stalls or helps an attacker. */
@NullMarked
package dev.midstream.reassembly.traps;

import org.jspecify.annotations.NullMarked;
