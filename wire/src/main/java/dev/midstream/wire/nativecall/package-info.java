/**
 * The Linux system calls that ports use, and the layouts of their structs: {@link
 * dev.midstream.wire.nativecall.Linux} makes the calls, and each other type is one C struct or
 * array and is named after it.
 *
 * <p>Place on the path: below the ports, at both ends. It is the only package with downcalls and
 * mapped memory; layouts are those of 64-bit Linux. It must not decide anything about a packet.
 */
@NullMarked
package dev.midstream.wire.nativecall;

import org.jspecify.annotations.NullMarked;
