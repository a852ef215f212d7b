/**
 * Oracles for a simulated network: checks of the delivered streams and of every packet on a wire.
 *
 * <p>Place on the path: beside it. Oracles see packets and endpoints from outside and know nothing
 * of the inside of an endpoint or a box. A violation throws {@link java.lang.AssertionError}.
 */
@NullMarked
package dev.midstream.testkit.sim.oracle;

import org.jspecify.annotations.NullMarked;
