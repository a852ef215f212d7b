/**
 * Sends decided octets: cuts them into segments, retransmits first copies, places PSH and FIN. Runs
 * after delivery, which decides the octets. Only a delayed segment that leaves despite the gap
 * before it is decided here.
 *
 * <p>The engine calls it on the thread of its worker. Nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.emit;

import org.jspecify.annotations.NullMarked;
