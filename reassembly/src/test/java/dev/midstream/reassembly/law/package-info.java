/**
 * The laws of the engine in random live worlds: two honest TCP ends, faulty wires, the engine
 * between them, oracles beside it. A world is a record of plain parameters drawn from one seed; one
 * that breaks a law is made as simple as it can be and still break it, and prints one line that
 * replays it.
 *
 * <p>Place on the path: around it. Nothing here knows how the engine works inside.
 */
@NullMarked
package dev.midstream.reassembly.law;

import org.jspecify.annotations.NullMarked;
