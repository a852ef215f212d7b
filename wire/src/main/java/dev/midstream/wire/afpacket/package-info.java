/**
 * The port between two Ethernet interfaces, made of packet sockets (packet(7)). It is transparent
 * and has no addresses. {@link dev.midstream.wire.afpacket.AfPacketPort} opens it.
 *
 * <p>Place on the path: both ends. Super-segments pass whole, and VLAN tags that the kernel removed
 * are reinserted. It must not parse a frame beyond its VLAN tags.
 */
@NullMarked
package dev.midstream.wire.afpacket;

import org.jspecify.annotations.NullMarked;
