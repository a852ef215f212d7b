/**
 * The parameters of a simulated world, drawn from one seed: endpoints, path, engine and agent. A
 * plan can lose one hardship at a time. The expected streams follow from it.
 */
@NullMarked
package dev.midstream.worlds.plan;

import org.jspecify.annotations.NullMarked;
