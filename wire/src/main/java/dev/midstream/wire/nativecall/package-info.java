/**
 * The system calls of Linux that ports are made of, and the layouts of the structs they take:
 * {@link dev.midstream.wire.nativecall.Linux} calls, the other types are one C struct or array
 * each, named with it.
 *
 * <p>Place on the path: below the ports, at both ends. It is the only package with downcalls and
 * mapped memory; layouts are those of 64-bit Linux. It must not decide anything about a packet.
 */
@NullMarked
package dev.midstream.wire.nativecall;

import org.jspecify.annotations.NullMarked;
