/**
 * The program as it is run: {@code run} as a process between real interfaces, with real sockets at
 * both ends, in network name spaces that the tests make. They are skipped where that is not
 * allowed.
 */
@NullMarked
package dev.midstream.gateway.live;

import org.jspecify.annotations.NullMarked;
