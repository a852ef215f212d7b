package dev.midstream.engines.redirect;

import java.lang.foreign.MemorySegment;

/**
 * The parts of one frame of one sender, in any order. The sender sends the parts of a frame one
 * after the other; if one of a later frame comes, the earlier one is given up.
 */
final class FrameParts {
  private final byte[] octets = new byte[RedirectHeader.MAX_FRAME_BYTES];
  private final MemorySegment memory = MemorySegment.ofArray(octets);
  private long first = -1;
  private long seen;

  /** Whether parts of the frame have come whose first part has the counter {@code counter}. */
  boolean isOf(long counter) {
    return first == counter && seen != 0;
  }

  /** Whether parts of a frame wait for the others. */
  boolean isPending() {
    return seen != 0;
  }

  /** Whether a frame with this first counter was sent before the one that waits. */
  boolean isOlder(long counter) {
    return counter < first;
  }

  /**
   * Adds a part.
   *
   * @param counter that of the first part of the frame
   * @return whether the frame is complete
   */
  boolean add(long counter, int part, int parts, byte[] from, int offset, int length) {
    if (first != counter) {
      first = counter;
      seen = 0;
    }
    System.arraycopy(from, 0, octets, offset, length);
    seen |= 1L << part;
    if (Long.bitCount(seen) < parts) {
      return false;
    }
    seen = 0;
    return true;
  }

  /** The memory whose first octets are the complete frame, until the next {@link #add}. */
  MemorySegment memory() {
    return memory;
  }
}
