/**
 * Reassembles IP datagrams.
 *
 * <p>Place on the path: before flow, which sees complete segments only. This package reads no
 * further than the TCP header of a first fragment, decides nothing about connections, and reads no
 * clock.
 *
 * <p>The engine calls it on the thread of its worker. Nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.fragment;

import org.jspecify.annotations.NullMarked;
