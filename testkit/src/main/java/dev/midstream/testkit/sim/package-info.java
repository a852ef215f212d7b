/**
 * A simulated network in virtual time: TCP endpoints, faulty wires, and a box between them.
 *
 * <p>Place on the path: around a box. {@link dev.midstream.testkit.sim.SimulatedNetwork} replaces
 * both ports, both endpoints and the clock; a run repeats exactly from its seed. The network knows
 * of a box only what {@link dev.midstream.wire.packet.Box} specifies, and also runs without one.
 */
@NullMarked
package dev.midstream.testkit.sim;

import org.jspecify.annotations.NullMarked;
