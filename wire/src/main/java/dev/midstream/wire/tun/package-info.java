/**
 * The port between two TUN devices, which it creates. Each device represents a whole network: its
 * kernel reaches the box through it. {@link dev.midstream.wire.tun.TunPort} opens it.
 *
 * <p>Place on the path: both ends, for demonstrations and tests. Packets start with their IP
 * header; super-segments pass whole.
 */
@NullMarked
package dev.midstream.wire.tun;

import org.jspecify.annotations.NullMarked;
