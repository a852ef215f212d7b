package dev.midstream.gateway.config;

import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.rule.EngineLimits;

/** What of the configured totals a heap can hold. */
final class HeapCapacity {
  private static final int MIB_SHIFT = 20;

  private HeapCapacity() {}

  /** One line for people. */
  static String of(EngineLimits limits, long heapBytes) {
    EngineLimits fitting = limits.within(heapBytes);
    return "a heap of %d MiB holds %d inspected connections, or %d others, and %d MiB of octets"
        .formatted(
            heapBytes >> MIB_SHIFT,
            connections(fitting, ConnectionHeap.INSPECTED_BYTES),
            connections(fitting, ConnectionHeap.OTHER_BYTES),
            fitting.totalBytes() >> MIB_SHIFT);
  }

  private static long connections(EngineLimits limits, int bytes) {
    return Math.min(
        limits.connections(), new ConnectionHeap(limits.connectionBytes()).limitBytes() / bytes);
  }
}
