/**
 * The Ethernet addresses on both sides of a box, and the frames that tell switches where to find
 * them when another box has taken over: {@link dev.midstream.wire.neighbour.Neighbours} learns
 * them, {@link dev.midstream.wire.neighbour.Announcement} announces them, and {@link
 * dev.midstream.wire.neighbour.AnnouncingBox} does both around another box.
 *
 * <p>It must not know why a box has taken over.
 */
@NullMarked
package dev.midstream.wire.neighbour;

import org.jspecify.annotations.NullMarked;
