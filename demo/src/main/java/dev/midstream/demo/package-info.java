/**
 * The demonstration: the program between real sockets in a private network, with the result checked
 * at both ends. {@link dev.midstream.demo.Demonstration} is the entry.
 *
 * <p>Place on the path: around all of it. The box is the program's own {@code run} in a process of
 * its own. Nothing here touches a packet, except the wire that loses and reorders.
 */
@NullMarked
package dev.midstream.demo;

import org.jspecify.annotations.NullMarked;
