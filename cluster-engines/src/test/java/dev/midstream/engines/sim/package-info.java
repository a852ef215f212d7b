/**
 * Whole clusters around real engines and simulated TCP endpoints, in virtual time: {@link
 * dev.midstream.engines.sim.EngineCluster}.
 */
@NullMarked
package dev.midstream.engines.sim;

import org.jspecify.annotations.NullMarked;
