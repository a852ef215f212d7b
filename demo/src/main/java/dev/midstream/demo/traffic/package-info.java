/**
 * What client and server send each other through sockets of the kernel, and the proof that it
 * arrived as expected. {@link dev.midstream.demo.traffic.SocketPair} opens connections, {@link
 * dev.midstream.demo.traffic.Transfer} sends a document over one.
 *
 * <p>Place on the path: its two endpoints, for the demonstration and for live tests. The package
 * does not know the engine: what must arrive is computed from the document alone.
 */
@NullMarked
package dev.midstream.demo.traffic;

import org.jspecify.annotations.NullMarked;
