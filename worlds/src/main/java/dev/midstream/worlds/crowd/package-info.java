/**
 * Many connections in one engine under shared limits, checked for every law. The pairs are those of
 * {@link dev.midstream.worlds.plan.SimulatedWorld}; ports are used again by later pairs.
 */
@NullMarked
package dev.midstream.worlds.crowd;

import org.jspecify.annotations.NullMarked;
