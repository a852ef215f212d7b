/**
 * The heap of one connection of the engine, by its handling and its stage of life. Nothing here
 * measures time.
 */
@NullMarked
package dev.midstream.bench.heap;

import org.jspecify.annotations.NullMarked;
