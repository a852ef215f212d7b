/**
 * The life of a connection: choice of its rule, opening, classification of SYNs, tracking of
 * states, and the order of eviction. Nothing here changes a packet.
 *
 * <p>Called by the engine, on the thread of its worker; nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.lifecycle;

import org.jspecify.annotations.NullMarked;
