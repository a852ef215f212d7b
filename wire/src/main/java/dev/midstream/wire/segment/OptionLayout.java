package dev.midstream.wire.segment;

import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putOctet;

import java.lang.foreign.MemorySegment;

/**
 * The options of a segment under construction: erases kinds and inserts SACK blocks. Reusable, not
 * thread-safe.
 *
 * <pre>
 *   NOP NOP timestamps | NOP NOP other (ends at a multiple of 4) | NOP NOP SACK left right ...
 * </pre>
 */
final class OptionLayout {
  static final int TIMESTAMPS = 8;
  static final int SACK = 5;
  static final int ACCURATE_ECN_0 = 172;
  static final int ACCURATE_ECN_1 = 174;
  static final int MAX_BYTES = 40;

  private static final int END = 0;
  private static final int NO_OPERATION = 1;
  private static final int TIMESTAMPS_BYTES = 10;
  private static final int SACK_PREFIX_BYTES = 4;
  private static final int BLOCK_BYTES = 8;

  private final MemorySegment layout = MemorySegment.ofArray(new byte[MAX_BYTES]);

  /** Overwrites every option of kind {@code kind} in {@code [start, end)} with NOPs. */
  static void erase(MemorySegment memory, long start, long end, int kind) {
    for (long at = start; at < end; ) {
      int length = lengthAt(memory, at, end);
      if (octet(memory, at) == kind) {
        fill(memory, at, at + length);
      }
      at += length;
    }
  }

  /** Overwrites everything in {@code [start, end)} except well-formed timestamps with NOPs. */
  static void eraseAllButTimestamps(MemorySegment memory, long start, long end) {
    for (long at = start; at < end; ) {
      int length = lengthAt(memory, at, end);
      if (octet(memory, at) != TIMESTAMPS || length != TIMESTAMPS_BYTES) {
        fill(memory, at, at + length);
      }
      at += length;
    }
  }

  /** Offset of the timestamps option in {@code [start, end)}; -1 if absent. */
  static long findTimestamps(MemorySegment memory, long start, long end) {
    for (long at = start; at < end; ) {
      int length = lengthAt(memory, at, end);
      if (octet(memory, at) == TIMESTAMPS && length == TIMESTAMPS_BYTES) {
        return at;
      }
      at += length;
    }
    return -1;
  }

  /**
   * Lays out the options of {@code [start, end)} again, followed by as many of the first {@code
   * blocks} SACK blocks as fit into {@code room} octets in all.
   *
   * @param edges left and right edge of each block in turn
   * @return octets laid out, a multiple of 4, or -1 if no block fits
   */
  int layOut(MemorySegment memory, long start, long end, int[] edges, int blocks, int room) {
    int kept = copyKept(memory, start, end);
    int max = (Math.min(room, MAX_BYTES) - kept - SACK_PREFIX_BYTES) / BLOCK_BYTES;
    int count = Math.min(blocks, max);
    if (kept < 0 || count <= 0) {
      return -1;
    }
    fill(layout, kept, kept + 2);
    putOctet(layout, kept + 2, SACK);
    putOctet(layout, kept + 3, 2 + count * BLOCK_BYTES);
    for (int i = 0; i < 2 * count; i++) {
      putFourOctets(layout, kept + SACK_PREFIX_BYTES + i * 4L, edges[i]);
    }
    return kept + SACK_PREFIX_BYTES + count * BLOCK_BYTES;
  }

  /** Writes the options that were laid out. */
  void writeTo(MemorySegment memory, long offset, int length) {
    MemorySegment.copy(layout, 0, memory, offset, length);
  }

  /**
   * Lays out all valid options except SACK, each ending at a multiple of 4; -1 if there is no room.
   */
  private int copyKept(MemorySegment memory, long start, long end) {
    int kept = 0;
    for (long at = start; at < end; ) {
      int kind = octet(memory, at);
      int length = lengthAt(memory, at, end);
      if (kind > NO_OPERATION && kind != SACK && isWhole(memory, at, length)) {
        int padding = -length & 3;
        if (kept + padding + length > MAX_BYTES) {
          return -1;
        }
        fill(layout, kept, kept + padding);
        MemorySegment.copy(memory, at, layout, kept + padding, length);
        kept += padding + length;
      }
      at += length;
    }
    return kept;
  }

  /** Octets of the option at {@code at}; a damaged or last option extends to the end. */
  private static int lengthAt(MemorySegment memory, long at, long end) {
    int kind = octet(memory, at);
    if (kind == NO_OPERATION) {
      return 1;
    }
    int rest = (int) (end - at);
    int length = kind == END || rest < 2 ? 0 : octet(memory, at + 1);
    return length < 2 || length > rest ? rest : length;
  }

  private static boolean isWhole(MemorySegment memory, long at, int length) {
    return length >= 2 && octet(memory, at + 1) == length;
  }

  private static void fill(MemorySegment memory, long start, long end) {
    for (long at = start; at < end; at++) {
      putOctet(memory, at, NO_OPERATION);
    }
  }
}
