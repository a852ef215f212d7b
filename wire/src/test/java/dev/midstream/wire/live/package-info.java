/**
 * Ports between real interfaces and real sockets, in network name spaces that the tests make. They
 * are skipped where that is not allowed.
 */
@NullMarked
package dev.midstream.wire.live;

import org.jspecify.annotations.NullMarked;
