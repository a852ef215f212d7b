/**
 * The parameters of a simulated world, drawn from one seed: endpoints, path, engine and agent; and
 * those of a crowd, many worlds with one engine. A plan can lose one hardship at a time. The
 * expected streams follow from it.
 */
@NullMarked
package dev.midstream.worlds.plan;

import org.jspecify.annotations.NullMarked;
