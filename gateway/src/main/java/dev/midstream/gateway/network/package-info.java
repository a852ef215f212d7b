/**
 * Private networks on this machine: name spaces, the interfaces between them, and the program at
 * work in one of them. {@link dev.midstream.gateway.network.Network} is a client, a box and a
 * server in a row.
 *
 * <p>Place on the path: around all of it, for the demonstration and for live tests. It needs ip(8),
 * unshare(1) and nsenter(1). It touches nothing outside the name spaces it made, and these end with
 * this process, however it ends. It knows no configuration and no command line.
 */
@NullMarked
package dev.midstream.gateway.network;

import org.jspecify.annotations.NullMarked;
