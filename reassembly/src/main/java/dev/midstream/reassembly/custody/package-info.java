/**
 * The engine as a sender: octets it acknowledged itself before the receiver did, when it takes
 * them, and how it repeats them until the receiver has them. Between delivery and emission; nothing
 * here decides what octets become.
 *
 * <p>Called by the engine, on the thread of its worker; nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.custody;

import org.jspecify.annotations.NullMarked;
