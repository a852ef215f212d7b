package dev.midstream.wire.neighbour;

import dev.midstream.wire.packet.Leg;

/**
 * An Ethernet address in a VLAN, and the leg behind which it is.
 *
 * @param address 48 bits
 * @param tags type and VLAN ID of the outer tag in the lower half, of the inner one above; 0 for
 *     none
 */
public record Neighbour(long address, long tags, Leg leg) {}
