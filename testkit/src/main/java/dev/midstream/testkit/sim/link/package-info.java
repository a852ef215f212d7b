/**
 * Wires: {@link dev.midstream.testkit.sim.link.FaultyWire} carries frames in one direction. It
 * drops, duplicates, delays, reorders and corrupts them at random from a seed, or by an aimed
 * fault.
 *
 * <p>Place on the path: between an endpoint and the box, once for each direction and side. A wire
 * parses frames only to find the target of an aimed fault. It never answers.
 */
@NullMarked
package dev.midstream.testkit.sim.link;

import org.jspecify.annotations.NullMarked;
