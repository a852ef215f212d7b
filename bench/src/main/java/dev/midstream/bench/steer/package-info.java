/**
 * What it costs that several nodes share the packets: the kernel's filter for a set of buckets, and
 * the datagrams in which nodes pass packets on.
 */
@NullMarked
package dev.midstream.bench.steer;

import org.jspecify.annotations.NullMarked;
