package dev.midstream.wire.afpacket;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.lock.InterfaceLock;
import org.jspecify.annotations.Nullable;

/**
 * What a port has of two interfaces that several ports share.
 *
 * @param filter which frames it takes; null for all
 * @param ports how many ports share the buffers for frames that are kept where they were received
 * @param lock keeps other programs off the interfaces; null for none
 */
public record Share(@Nullable FilterProgram filter, int ports, @Nullable InterfaceLock lock) {
  /** All frames, without a lock. */
  public static final Share WHOLE = new Share(null, 1);

  /** Checks the number. */
  public Share {
    if (ports < 1) {
      throw new IllegalArgumentException("ports=" + ports);
    }
  }

  /** A share without a lock. */
  public Share(@Nullable FilterProgram filter, int ports) {
    this(filter, ports, null);
  }
}
