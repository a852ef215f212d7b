package dev.midstream.testkit.sim;

import java.util.SplittableRandom;

/** Random streams. */
final class Streams {
  private Streams() {}

  /** Random octets from {@code seed}. */
  static byte[] random(int bytes, long seed) {
    byte[] octets = new byte[bytes];
    new SplittableRandom(seed).nextBytes(octets);
    return octets;
  }
}
