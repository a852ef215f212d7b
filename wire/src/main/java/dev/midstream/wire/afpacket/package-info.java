/**
 * The port between two Ethernet interfaces, by packet sockets (packet(7)): transparent, without
 * addresses. {@link dev.midstream.wire.afpacket.AfPacketPort} opens it.
 *
 * <p>Place on the path: both ends of it. Whole super-segments come and go, VLAN tags that the
 * kernel took off are put back. It must not look into a frame further than its VLAN tag.
 */
@NullMarked
package dev.midstream.wire.afpacket;

import org.jspecify.annotations.NullMarked;
