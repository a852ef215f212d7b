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
  /** The greatest number of buckets. */
  public static final int MAX_BUCKETS = 4_096;

  /** The number of buckets where nothing else is said. */
  public static final int DEFAULT_BUCKETS = 256;

  private final BucketKey key;
  private final int buckets;
  private final int shift;

  /** A hash with {@link #DEFAULT_BUCKETS}. */
  public BucketHash(BucketKey key) {
    this(key, DEFAULT_BUCKETS);
  }

  /**
   * A hash with the given number of buckets. With half as many buckets, two neighbouring buckets
   * are one.
   *
   * @param buckets a power of two from 1 to {@link #MAX_BUCKETS}
   */
  public BucketHash(BucketKey key, int buckets) {
    if (buckets < 1 || buckets > MAX_BUCKETS || Integer.bitCount(buckets) != 1) {
      throw new IllegalArgumentException("not a power of two up to 4096: buckets=" + buckets);
    }
    this.key = key;
    this.buckets = buckets;
    shift = Integer.SIZE - bits();
  }

  /** The number of buckets. */
  public int buckets() {
    return buckets;
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
    return (int) (Integer.toUnsignedLong(h) >>> shift);
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

  BucketKey key() {
    return key;
  }

  /** The number of bits of a bucket, 0 to 12. */
  int bits() {
    return Integer.numberOfTrailingZeros(buckets);
  }

  private static int fold(long high, long low) {
    long both = high ^ low;
    return (int) (both ^ both >>> 32);
  }
}
