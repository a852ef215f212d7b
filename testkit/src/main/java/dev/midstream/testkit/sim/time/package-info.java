/**
 * Virtual time: an {@link dev.midstream.testkit.sim.time.EventQueue} and its events.
 *
 * <p>Place on the path: below everything in the simulated network. It knows no packets. Nothing
 * here waits, draws random numbers or reads a clock.
 */
@NullMarked
package dev.midstream.testkit.sim.time;

import org.jspecify.annotations.NullMarked;
