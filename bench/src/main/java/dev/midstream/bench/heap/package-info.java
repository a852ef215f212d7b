/**
 * The heap of one connection of the engine, by its treatment and by how far it has come. Nothing
 * here measures time.
 */
@NullMarked
package dev.midstream.bench.heap;

import org.jspecify.annotations.NullMarked;
