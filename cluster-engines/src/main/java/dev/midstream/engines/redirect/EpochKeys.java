package dev.midstream.engines.redirect;

import java.util.Arrays;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one sender for one receiver that are in use: one for each bucket, that of its epoch.
 * A key is kept only by {@link #keep}, so that datagrams of a stranger replace none.
 */
final class EpochKeys {
  private final long[] epochs = new long[RedirectHeader.MAX_BUCKET + 1];
  private final @Nullable SecretKey[] keys = new SecretKey[RedirectHeader.MAX_BUCKET + 1];

  EpochKeys() {
    Arrays.fill(epochs, -1);
  }

  /** The kept key of {@code bucket} if it is that of {@code epoch}, or null. */
  @Nullable SecretKey find(int bucket, long epoch) {
    return epochs[bucket] == epoch ? keys[bucket] : null;
  }

  /** Keeps a key in place of that of another epoch. */
  void keep(int bucket, long epoch, SecretKey key) {
    epochs[bucket] = epoch;
    keys[bucket] = key;
  }
}
