/**
 * The engine as a receiver: acknowledgements it makes in the receiver's name because the receiver,
 * which does not get the sender's segments as they are, says nothing. Behind emission, where all
 * that could carry them has left; nothing here carries octets.
 *
 * <p>Called by the engine, on the thread of its worker; nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.answer;

import org.jspecify.annotations.NullMarked;
