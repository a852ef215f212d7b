package dev.midstream.reassembly.flow;

import dev.midstream.reassembly.rule.HashSeed;

/**
 * Keyed hash of values that peers choose: colliding keys cannot be computed without the seed. The
 * function is SipHash-1-3 (Aumasson and Bernstein, 2012).
 */
public final class KeyedHash {
  private static final int LAST_ROUNDS = 3;

  private final long first;
  private final long second;

  /** A hash function keyed by {@code seed}. */
  public KeyedHash(HashSeed seed) {
    first = seed.first();
    second = seed.second();
  }

  /** The hash of two words. */
  public int of(long a, long b) {
    return of(2, a, b, 0, 0, 0);
  }

  /** The hash of five words. */
  public int of(long a, long b, long c, long d, long e) {
    return of(5, a, b, c, d, e);
  }

  private int of(int words, long a, long b, long c, long d, long e) {
    long v0 = first ^ 0x736f6d6570736575L;
    long v1 = second ^ 0x646f72616e646f6dL;
    long v2 = first ^ 0x6c7967656e657261L;
    long v3 = second ^ 0x7465646279746573L;
    for (int at = 0; at < words + LAST_ROUNDS; at++) {
      long word =
          switch (at) {
            case 0 -> a;
            case 1 -> b;
            case 2 -> c;
            case 3 -> d;
            case 4 -> e;
            default -> 0;
          };
      v3 ^= word;
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32) + v3;
      v2 += v1;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
      v0 ^= word;
      v2 ^= at == words - 1 ? 0xff : 0;
    }
    long mixed = v0 ^ v1 ^ v2 ^ v3;
    return (int) (mixed ^ mixed >>> 32);
  }
}
