/**
 * What the engine does as an endpoint of its own: takes octets into custody, retransmits them until
 * the receiver has them, and acknowledges in the receiver's name. After emission, when everything
 * that could carry an acknowledgement has left. Nothing here decides what octets become.
 *
 * <p>Called by the engine, on the thread of its worker; nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.endpoint;

import org.jspecify.annotations.NullMarked;
