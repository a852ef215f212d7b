/**
 * The laws of the engine in random simulated worlds: two honest TCP endpoints, faulty wires, the
 * engine between them, oracles beside it. A world that breaks a law is shrunk to the simplest one
 * that still breaks it. One line replays it.
 *
 * <p>Place on the path: around it. Nothing here depends on how the engine works inside.
 */
@NullMarked
package dev.midstream.worlds.law;

import org.jspecify.annotations.NullMarked;
