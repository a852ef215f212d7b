package dev.midstream.testkit.sim.tcp;

import dev.midstream.modcmd.range.RangeSet;

/**
 * Generates the SACK blocks of an endpoint: a duplicate first, then the most recent ranges (RFC
 * 2018, RFC 2883).
 */
final class SackGenerator {
  static final int MAX_BLOCKS = 4;

  private final boolean dsackEnabled;
  private final RangeSet outOfOrder;
  private final long[] recent = new long[MAX_BLOCKS];
  private int recentCount;
  private long duplicateStart;
  private long duplicateEnd;
  private final long[] edges = new long[2 * MAX_BLOCKS];
  private int blocks;

  SackGenerator(boolean dsackEnabled, RangeSet outOfOrder) {
    this.dsackEnabled = dsackEnabled;
    this.outOfOrder = outOfOrder;
  }

  /** Notes that the octet at {@code offset} arrived beyond a gap. */
  void onOutOfOrder(long offset) {
    int index = outOfOrder.firstEndingAfter(offset);
    if (index == outOfOrder.size() || outOfOrder.start(index) > offset) {
      return;
    }
    int kept = 0;
    for (int i = 0; i < recentCount; i++) {
      if (recent[i] < outOfOrder.start(index) || recent[i] >= outOfOrder.end(index)) {
        recent[kept++] = recent[i];
      }
    }
    int moved = Math.min(kept, MAX_BLOCKS - 1);
    System.arraycopy(recent, 0, recent, 1, moved);
    recent[0] = offset;
    recentCount = moved + 1;
  }

  /** Notes that {@code [start, end)} was received again. */
  void onDuplicate(long start, long end) {
    if (dsackEnabled && start < end) {
      duplicateStart = start;
      duplicateEnd = end;
    }
  }

  /** Whether there is no block to report. */
  boolean isEmpty() {
    return duplicateStart == duplicateEnd && outOfOrder.isEmpty();
  }

  /**
   * Collects at most {@code maxBlocks} blocks for a segment that is sent now, and returns their
   * number. A duplicate beyond a gap is followed by the block that contains it (RFC 2883 section
   * 4).
   */
  int collect(int maxBlocks) {
    blocks = 0;
    if (duplicateStart < duplicateEnd) {
      add(duplicateStart, duplicateEnd);
      onOutOfOrder(duplicateStart);
      duplicateStart = duplicateEnd;
    }
    int ordinary = blocks;
    for (int i = 0; i < recentCount && blocks < maxBlocks; i++) {
      int index = outOfOrder.firstEndingAfter(recent[i]);
      if (index < outOfOrder.size() && outOfOrder.start(index) <= recent[i]) {
        addOnce(ordinary, outOfOrder.start(index), outOfOrder.end(index));
      }
    }
    return blocks;
  }

  long left(int block) {
    return edges[2 * block];
  }

  long right(int block) {
    return edges[2 * block + 1];
  }

  private void addOnce(int from, long start, long end) {
    for (int i = from; i < blocks; i++) {
      if (left(i) == start) {
        return;
      }
    }
    add(start, end);
  }

  private void add(long start, long end) {
    edges[2 * blocks] = start;
    edges[2 * blocks + 1] = end;
    blocks++;
  }
}
