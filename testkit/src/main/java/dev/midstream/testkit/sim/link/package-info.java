/**
 * Wires: {@link dev.midstream.testkit.sim.link.FaultyWire} carries frames one way, late, twice, out
 * of order, damaged or not at all, as a seed or an aim says.
 *
 * <p>Place on the path: between an end and the box, once per direction and side. A wire reads
 * frames only to aim at one; it never answers.
 */
@NullMarked
package dev.midstream.testkit.sim.link;

import org.jspecify.annotations.NullMarked;
