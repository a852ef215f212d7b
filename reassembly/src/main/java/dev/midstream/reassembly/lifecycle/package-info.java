/**
 * The life of a connection: how it opens, what a SYN for known endpoints means, which state its
 * segments lead to, and which connections are evicted first. Nothing here changes a packet.
 *
 * <p>Called by the engine, on the thread of its worker; nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.lifecycle;

import org.jspecify.annotations.NullMarked;
