/**
 * The demonstration: the program at work between real sockets in a private network, what comes of
 * it checked at both ends. {@link dev.midstream.gateway.demo.DemoCommand} is the command.
 *
 * <p>Place on the path: around all of it. The box is the program's own {@code run}, as a process of
 * its own; nothing here touches a packet, except the wire that is meant to be bad.
 */
@NullMarked
package dev.midstream.gateway.demo;

import org.jspecify.annotations.NullMarked;
