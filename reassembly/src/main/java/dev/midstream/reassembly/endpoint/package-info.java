/**
 * The engine as an endpoint: it takes octets into custody, retransmits them until the receiver
 * acknowledges them, and sends ACKs in the receiver's name. Runs after emission, when every segment
 * that could carry an acknowledgement has left. Nothing here decides about octets.
 *
 * <p>Called by the engine, on the thread of its worker; nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.endpoint;

import org.jspecify.annotations.NullMarked;
