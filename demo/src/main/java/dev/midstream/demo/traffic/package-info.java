/**
 * What the ends of a private network say to each other through sockets of the kernel, and the proof
 * that it came as it should. {@link dev.midstream.demo.traffic.SocketPair} makes connections,
 * {@link dev.midstream.demo.traffic.Transfer} carries a document over one.
 *
 * <p>Place on the path: both ends of it, for the demonstration and for live tests. It knows nothing
 * of the engine: what is expected is worked out from the document alone.
 */
@NullMarked
package dev.midstream.demo.traffic;

import org.jspecify.annotations.NullMarked;
