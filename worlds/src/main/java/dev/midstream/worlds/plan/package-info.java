/**
 * The parameters of a simulated world, drawn from one seed: endpoints, path, engine and agent. A
 * plan can lose one hardship at a time, and it says what each stream must become.
 */
@NullMarked
package dev.midstream.worlds.plan;

import org.jspecify.annotations.NullMarked;
