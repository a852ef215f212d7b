/**
 * Sets of ranges: which octets of a stream there are.
 *
 * <p>Place on the path: below the ends, which keep with it what arrived beyond a gap, and below the
 * oracles, which keep with it what they saw. It knows offsets only.
 */
@NullMarked
package dev.midstream.testkit.sim.range;

import org.jspecify.annotations.NullMarked;
