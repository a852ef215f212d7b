/**
 * The program as users run it: {@code run} as a process between real interfaces, with real sockets
 * at both ends, in network namespaces. The tests are skipped where namespaces are not permitted.
 */
@NullMarked
package dev.midstream.gateway.live;

import org.jspecify.annotations.NullMarked;
