/**
 * Virtual time: an {@link dev.midstream.testkit.sim.event.EventQueue} and what can happen in it.
 *
 * <p>Place on the path: below everything in the simulated network. It knows no packet; nothing here
 * waits, draws or reads a clock.
 */
@NullMarked
package dev.midstream.testkit.sim.event;

import org.jspecify.annotations.NullMarked;
