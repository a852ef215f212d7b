package dev.midstream.cluster.bucket;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The octets that all members of a cluster have and no other one has. Immutable. */
public final class Secret {
  /** Octets of a secret. */
  public static final int BYTES = 32;

  private final byte[] octets;

  /**
   * A secret.
   *
   * @param octets {@value #BYTES} octets of an unpredictable source; copied
   */
  public Secret(byte[] octets) {
    if (octets.length != BYTES) {
      throw new IllegalArgumentException("a secret has 32 octets: octets=" + octets.length);
    }
    this.octets = octets.clone();
  }

  /** A copy of the octets. */
  public byte[] octets() {
    return octets.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret && Arrays.equals(octets, secret.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  /** Nothing of the octets: it may be logged. */
  @Override
  public String toString() {
    return "secret";
  }
}
