/**
 * Reading and changing the headers of a packet where it lies: {@link
 * dev.midstream.wire.header.FrameView} reads link, IP and TCP header in one pass, {@link
 * dev.midstream.wire.header.HeaderEditor} changes fields and keeps checksums right.
 *
 * <p>Place on the path: first thing after a packet came in, last before it leaves. It keeps no
 * state between packets, decides nothing about a connection and never reads outside the packet.
 */
@NullMarked
package dev.midstream.wire.header;

import org.jspecify.annotations.NullMarked;
