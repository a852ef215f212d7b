/**
 * A packet, and the two sides of the box it passes: {@link dev.midstream.wire.packet.Box} takes
 * packets and timers in, {@link dev.midstream.wire.packet.PacketOutput} takes packets out.
 *
 * <p>Place on the path: both ends of it. Nothing here reads a header.
 */
@NullMarked
package dev.midstream.wire.packet;

import org.jspecify.annotations.NullMarked;
