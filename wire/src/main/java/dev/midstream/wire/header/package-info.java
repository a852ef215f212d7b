/**
 * Reading and editing the headers of a packet in place: {@link dev.midstream.wire.header.FrameView}
 * reads link, IP and TCP header in one pass, {@link dev.midstream.wire.header.HeaderEditor} edits
 * fields and updates checksums.
 *
 * <p>Place on the path: first after a packet is received, last before it is sent. It keeps no state
 * between packets, decides nothing about a connection and never reads outside the packet.
 */
@NullMarked
package dev.midstream.wire.header;

import org.jspecify.annotations.NullMarked;
