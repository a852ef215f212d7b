/**
 * A simulated network in virtual time: ends that speak TCP, faulty wires, and a box between them.
 *
 * <p>Place on the path: all around a box. {@link dev.midstream.testkit.sim.SimulatedNetwork} plays
 * both ports, both ends and the clock; a run repeats exactly from its seed. It knows of a box only
 * what {@link dev.midstream.wire.packet.Box} says, and runs without one too.
 */
@NullMarked
package dev.midstream.testkit.sim;

import org.jspecify.annotations.NullMarked;
