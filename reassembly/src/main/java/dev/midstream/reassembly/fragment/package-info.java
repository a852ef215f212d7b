/**
 * Gathers the fragments of IP datagrams until a datagram is whole or given up.
 *
 * <p>Place on the path: before flow, which sees whole segments only. Nothing here decides
 * connections or looks beyond the TCP header of a first fragment, and nothing reads a clock.
 *
 * <p>Called by the engine, on the thread of its worker; nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.fragment;

import org.jspecify.annotations.NullMarked;
