/**
 * Sends what was decided: cuts released octets into segments, repeats first copies, places PSH and
 * FIN. Last place on the path. Nothing here decides what the octets are.
 *
 * <p>Called by the engine, on the thread of its worker; nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.emit;

import org.jspecify.annotations.NullMarked;
