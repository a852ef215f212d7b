/**
 * The path of one segment through the engine: a class for each kind of segment, and what follows a
 * segment: output that it released, endpoint duties, resets. Calls the stages, which do not know
 * each other.
 *
 * <p>Called by the engine, on its worker's thread; nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.path;

import org.jspecify.annotations.NullMarked;
