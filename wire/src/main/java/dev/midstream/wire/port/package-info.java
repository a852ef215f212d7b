/**
 * Live ports: {@link dev.midstream.wire.port.Port} is what a worker drives, {@link
 * dev.midstream.wire.port.PortLoop} drives one, {@link dev.midstream.wire.port.TwoLegPort} is the
 * port made of two {@link dev.midstream.wire.port.LegDevice}s, whatever these are.
 *
 * <p>Place on the path: both ends of it. It moves frames and what the kernel says about their
 * checksums and lengths; it must not decide anything about a packet, which is the box's.
 */
@NullMarked
package dev.midstream.wire.port;

import org.jspecify.annotations.NullMarked;
