/**
 * Ports between real interfaces and real sockets, in network namespaces that the tests create. The
 * tests are skipped where that is not allowed.
 */
@NullMarked
package dev.midstream.wire.live;

import org.jspecify.annotations.NullMarked;
