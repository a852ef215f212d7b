/**
 * A packet, and the two legs of the box that it passes through: {@link
 * dev.midstream.wire.packet.Box} processes packets and timers, {@link
 * dev.midstream.wire.packet.PacketOutput} receives the packets it emits.
 *
 * <p>Place on the path: both ends. Nothing here reads a header.
 */
@NullMarked
package dev.midstream.wire.packet;

import org.jspecify.annotations.NullMarked;
