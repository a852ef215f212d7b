/**
 * What a port costs that has no engine behind it, beside what the kernel does itself: {@link
 * dev.midstream.bench.port.BarePort} forwards, {@link dev.midstream.bench.port.Load} measures;
 * {@code bench/port.sh} makes the network and calls both.
 */
@NullMarked
package dev.midstream.bench.port;

import org.jspecify.annotations.NullMarked;
