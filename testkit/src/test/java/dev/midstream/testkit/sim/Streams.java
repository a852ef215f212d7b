package dev.midstream.testkit.sim;

import java.util.SplittableRandom;

/** Octets to send. */
final class Streams {
  private Streams() {}

  /** Octets drawn from {@code seed}. */
  static byte[] random(int bytes, long seed) {
    byte[] octets = new byte[bytes];
    new SplittableRandom(seed).nextBytes(octets);
    return octets;
  }
}
