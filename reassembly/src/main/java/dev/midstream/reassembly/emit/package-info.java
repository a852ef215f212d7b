/**
 * Sends decided octets: cuts them into segments, retransmits first copies, places PSH and FIN. Last
 * stage of the path. Nothing here decides octets.
 *
 * <p>The engine calls it on the thread of its worker. Nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.emit;

import org.jspecify.annotations.NullMarked;
