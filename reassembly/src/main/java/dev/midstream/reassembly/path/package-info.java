/**
 * The path of one segment through the engine: a class for each kind of segment, and what follows a
 * segment: the drain of what may leave after it, the duties of the engine as an endpoint, resets.
 * Composes the stages, which know nothing of each other.
 *
 * <p>Called by the engine, on the thread of its worker; nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.path;

import org.jspecify.annotations.NullMarked;
