/**
 * What a live box costs beside what the kernel and proxies do: {@link
 * dev.midstream.bench.port.BarePort} forwards with no engine, {@link dev.midstream.bench.port.Load}
 * measures through whatever stands between it and its server; {@code bench/port.sh} and {@code
 * bench/compare.sh} make the network and call both.
 */
@NullMarked
package dev.midstream.bench.port;

import org.jspecify.annotations.NullMarked;
