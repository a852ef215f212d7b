/**
 * A cluster in virtual time: nodes with clocks of their own, a network that delays, loses and cuts,
 * and oracles that watch every step.
 */
@NullMarked
package dev.midstream.cluster.sim;

import org.jspecify.annotations.NullMarked;
