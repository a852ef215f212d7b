package dev.midstream.wire.bucket;

import dev.midstream.wire.header.FlowHashView;

/** The bucket of a packet. Both directions of a connection have the same bucket. */
public final class BucketHash {
  /*
   * Add, xor, multiply and shift only, so that a classic BPF program can compute it too:
   *
   *   x = (s ^ d)·k1 + (s + d)·k2     y = (sp ^ dp)·k3 + (sp + dp)·k4
   *   h = x ^ y,  h ^= h >>> 16,  h *= k5,  bucket = the upper bits of h
   *
   * s and d are the addresses, for IPv6 the xor of their words; sp and dp are the ports.
   */
  static final int BUCKET_BITS = 8;

  /** The number of buckets. */
  public static final int BUCKETS = 1 << BUCKET_BITS;

  private final BucketKey key;

  public BucketHash(BucketKey key) {
    this.key = key;
  }

  /** The bucket of a packet between two endpoints; ports are 0 where only addresses count. */
  public int of(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int sourcePort,
      int destinationPort) {
    int s = fold(sourceHigh, sourceLow);
    int d = fold(destinationHigh, destinationLow);
    int x = (s ^ d) * key.addressDifference() + (s + d) * key.addressSum();
    int y =
        (sourcePort ^ destinationPort) * key.portDifference()
            + (sourcePort + destinationPort) * key.portSum();
    int h = x ^ y;
    h ^= h >>> 16;
    h *= key.last();
    return h >>> (Integer.SIZE - BUCKET_BITS);
  }

  /** The bucket of the packet whose fields {@code flow} has read. */
  public int of(FlowHashView flow) {
    return of(
        flow.sourceHigh(),
        flow.sourceLow(),
        flow.destinationHigh(),
        flow.destinationLow(),
        flow.sourcePort(),
        flow.destinationPort());
  }

  private static int fold(long high, long low) {
    long both = high ^ low;
    return (int) (both ^ both >>> 32);
  }
}
