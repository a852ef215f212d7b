/**
 * Live ports: {@link dev.midstream.wire.port.Port} is what a worker drives, {@link
 * dev.midstream.wire.port.PortLoop} drives it, and {@link dev.midstream.wire.port.TwoLegPort} is a
 * port made of two {@link dev.midstream.wire.port.LegDevice}s, of any kind.
 *
 * <p>Place on the path: both ends. It moves frames and their offload headers. Decisions about a
 * packet are the box's alone.
 */
@NullMarked
package dev.midstream.wire.port;

import org.jspecify.annotations.NullMarked;
