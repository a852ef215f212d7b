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
 * @param program the descriptor of a program of the kernel that accepts frames in place of the
 *     filter, open while the port is; {@link #NO_PROGRAM} for none
 */
public record Share(
    @Nullable FilterProgram filter, int ports, @Nullable InterfaceLock lock, int program) {
  /** No program of the kernel: the filter counts. */
  public static final int NO_PROGRAM = -1;

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

  /** A share without a program of the kernel. */
  public Share(@Nullable FilterProgram filter, int ports, @Nullable InterfaceLock lock) {
    this(filter, ports, lock, NO_PROGRAM);
  }

  /** The same share, of which the program of the kernel with this descriptor accepts frames. */
  public Share withProgram(int descriptor) {
    return new Share(filter, ports, lock, descriptor);
  }

  /** The same share with another filter, and no program of the kernel. */
  Share withFilter(FilterProgram other) {
    return new Share(other, ports, lock);
  }
}
