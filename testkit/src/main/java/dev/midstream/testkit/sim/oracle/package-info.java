/**
 * What must be true in a simulated network: streams at the ends, and every packet on a wire.
 *
 * <p>Place on the path: beside it. Oracles look at packets and ends from outside and know nothing
 * of how an end or a box works; what is wrong they throw as {@link java.lang.AssertionError}.
 */
@NullMarked
package dev.midstream.testkit.sim.oracle;

import org.jspecify.annotations.NullMarked;
