/**
 * The cost of a live box beside that of the kernel and of proxies. {@link
 * dev.midstream.bench.port.BarePort} forwards without an engine, and {@link
 * dev.midstream.bench.port.Load} measures through anything between it and its server. The scripts
 * {@code bench/port.sh} and {@code bench/compare.sh} make the network and call both.
 */
@NullMarked
package dev.midstream.bench.port;

import org.jspecify.annotations.NullMarked;
