/**
 * Private networks on this machine: network namespaces, veth pairs between them, and the program as
 * a process in one of them. {@link dev.midstream.demo.network.Network} is a client, a box and a
 * server in a row.
 *
 * <p>Place on the path: around all of it, for the demonstration and for live tests. It needs ip(8),
 * unshare(1), nsenter(1) and setpriv(1). It touches nothing outside its namespaces. They end with
 * this process, however it ends: the keeper of a namespace reads from a pipe of this process, and
 * the kernel kills the programs. The package knows no configuration and no command line.
 */
@NullMarked
package dev.midstream.demo.network;

import org.jspecify.annotations.NullMarked;
