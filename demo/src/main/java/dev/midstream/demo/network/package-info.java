/**
 * Private networks on this machine: name spaces, the interfaces between them, and the program at
 * work in one of them. {@link dev.midstream.demo.network.Network} is a client, a box and a server
 * in a row.
 *
 * <p>Place on the path: around all of it, for the demonstration and for live tests. It needs ip(8),
 * unshare(1), nsenter(1) and setpriv(1). It touches nothing outside the name spaces it made, and
 * these end with this process, however it ends: what keeps one waits for the end of a pipe, and the
 * kernel kills the programs in it. It knows no configuration and no command line.
 */
@NullMarked
package dev.midstream.demo.network;

import org.jspecify.annotations.NullMarked;
