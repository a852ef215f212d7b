package dev.midstream.wire.afpacket;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.lock.InterfaceLock;
import org.jspecify.annotations.Nullable;

/**
 * The share that one port has in two interfaces used by several ports.
 *
 * @param filter accepts the frames of this port; null for all frames
 * @param ports the number of ports that divide the buffers for retained frames
 * @param lock keeps other programs off the interfaces; null for none
 */
public record Share(@Nullable FilterProgram filter, int ports, @Nullable InterfaceLock lock) {
  /** All frames, without a lock. */
  public static final Share WHOLE = new Share(null, 1);

  /** Rejects a number of ports below one. */
  public Share {
    if (ports < 1) {
      throw new IllegalArgumentException("ports=" + ports);
    }
  }

  /** A share without a lock. */
  public Share(@Nullable FilterProgram filter, int ports) {
    this(filter, ports, null);
  }

  /** The same share with another filter. */
  Share withFilter(FilterProgram other) {
    return new Share(other, ports, lock);
  }
}
