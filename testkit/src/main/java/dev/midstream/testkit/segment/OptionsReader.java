package dev.midstream.testkit.segment;

import java.lang.foreign.MemorySegment;

/**
 * The TCP options that a simulated endpoint knows (RFC 9293, RFC 7323, RFC 2018). Of duplicate
 * options the first counts. Reading stops at a length that cannot be right.
 */
public final class OptionsReader {
  private static final int END = 0;
  private static final int NO_OPERATION = 1;
  private static final int MAX_SHIFT = 14;

  private MemorySegment memory = MemorySegment.NULL;
  private long maximumSegmentAt;
  private long windowScaleAt;
  private long sackPermittedAt;
  private long timestampsAt;
  private long sackAt;
  private int blocks;

  /** Reads the options in {@code [start, end)} of {@code memory}. */
  void read(MemorySegment memory, long start, long end) {
    this.memory = memory;
    maximumSegmentAt = windowScaleAt = sackPermittedAt = timestampsAt = sackAt = -1;
    blocks = 0;
    long at = start;
    while (at < end && BigEndian.one(memory, at) != END) {
      if (BigEndian.one(memory, at) == NO_OPERATION) {
        at++;
        continue;
      }
      int length = at + 1 < end ? BigEndian.one(memory, at + 1) : 0;
      if (length < 2 || at + length > end) {
        return;
      }
      note(BigEndian.one(memory, at), length, at);
      at += length;
    }
  }

  private void note(int kind, int length, long at) {
    if (kind == 2 && length == 4 && maximumSegmentAt < 0) {
      maximumSegmentAt = at + 2;
    } else if (kind == 3 && length == 3 && windowScaleAt < 0) {
      windowScaleAt = at + 2;
    } else if (kind == 4 && length == 2 && sackPermittedAt < 0) {
      sackPermittedAt = at;
    } else if (kind == 5 && length >= 10 && (length - 2) % 8 == 0 && sackAt < 0) {
      sackAt = at + 2;
      blocks = (length - 2) / 8;
    } else if (kind == 8 && length == 10 && timestampsAt < 0) {
      timestampsAt = at + 2;
    }
  }

  /** The announced MSS; 0 without the option. */
  public int maximumSegment() {
    return maximumSegmentAt < 0 ? 0 : BigEndian.two(memory, maximumSegmentAt);
  }

  /** The shift count, at most 14 (RFC 7323 section 2.3); −1 without the option. */
  public int windowScale() {
    return windowScaleAt < 0 ? -1 : Math.min(MAX_SHIFT, BigEndian.one(memory, windowScaleAt));
  }

  public boolean hasSackPermitted() {
    return sackPermittedAt >= 0;
  }

  public boolean hasTimestamps() {
    return timestampsAt >= 0;
  }

  /** TSval; valid only with {@link #hasTimestamps}. */
  public int timestampValue() {
    return BigEndian.four(memory, timestampsAt);
  }

  /** TSecr; valid only with {@link #hasTimestamps}. */
  public int timestampEcho() {
    return BigEndian.four(memory, timestampsAt + 4);
  }

  /** The number of SACK blocks, 0 to 4. */
  public int sackBlocks() {
    return blocks;
  }

  public int sackLeft(int block) {
    return BigEndian.four(memory, sackAt + 8L * block);
  }

  public int sackRight(int block) {
    return BigEndian.four(memory, sackAt + 8L * block + 4);
  }
}
