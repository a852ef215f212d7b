/**
 * The port between two TUN devices, which are made with it: each is the whole of a network, whose
 * kernel finds the box behind it. {@link dev.midstream.wire.tun.TunPort} opens it.
 *
 * <p>Place on the path: both ends of it, for demonstrations and tests. Packets start with their IP
 * header; whole super-segments come and go.
 */
@NullMarked
package dev.midstream.wire.tun;

import org.jspecify.annotations.NullMarked;
