/**
 * Decides which segments count. The acceptability and hop-limit checks run before the headers are
 * rewritten. Admission runs after that: it accepts octets, delays them after a gap, or drops them.
 * Nothing here calls an agent or sends packets.
 *
 * <p>The engine calls it on the thread of its worker. Nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.admit;

import org.jspecify.annotations.NullMarked;
