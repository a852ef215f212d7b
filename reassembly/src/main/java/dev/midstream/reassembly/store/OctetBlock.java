package dev.midstream.reassembly.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;

/**
 * Memory for a part of a block's places: one range, as long as a power of two. It grows when places
 * outside it are written.
 */
final class OctetBlock {
  /** Places of a block. */
  static final int BYTES = 8_192;

  private static final int MIN_BYTES = 64;

  /** Up to so many octets are compared one by one, which costs less than a call. */
  private static final int FEW = 8;

  private final ByteBufAllocator allocator;
  private ByteBuf buffer;
  private MemorySegment memory;
  private int from;
  private boolean reported;

  /** A block with memory for the places [start, end). */
  OctetBlock(ByteBufAllocator allocator, int start, int end) {
    this.allocator = allocator;
    int bytes = bytesFor(end - start);
    from = Math.min(start, BYTES - bytes);
    buffer = allocator.directBuffer(bytes, bytes);
    memory = MemorySegment.ofBuffer(buffer.internalNioBuffer(0, bytes));
  }

  /** Memory of a block with {@code length} places. */
  static int bytesFor(int length) {
    return Math.max(MIN_BYTES, Integer.highestOneBit(length - 1) << 1);
  }

  /** Memory of this block. */
  int bytes() {
    return (int) memory.byteSize();
  }

  /** Memory of this block once it has the places [start, end) too. */
  int bytesWith(int start, int end) {
    int length = Math.max(from + bytes(), end) - Math.min(from, start);
    return length == bytes() ? bytes() : bytesFor(length);
  }

  /** Gives memory to the places [start, end) too. */
  void grow(int start, int end) {
    int bytes = bytesWith(start, end);
    if (bytes == bytes()) {
      return;
    }
    int to = Math.max(from + bytes(), end);
    int newFrom = start < from ? Math.max(0, to - bytes) : Math.min(from, BYTES - bytes);
    ByteBuf larger = allocator.directBuffer(bytes, bytes);
    MemorySegment target = MemorySegment.ofBuffer(larger.internalNioBuffer(0, bytes));
    MemorySegment.copy(memory, 0, target, from - newFrom, bytes());
    buffer.release();
    buffer = larger;
    memory = target;
    from = newFrom;
  }

  /** Whether {@code length} octets from {@code place} on equal those at {@code offset}. */
  boolean isSame(int place, int length, MemorySegment other, long offset) {
    long start = offsetOf(place);
    if (length > FEW) {
      long end = start + length;
      return MemorySegment.mismatch(memory, start, end, other, offset, offset + length) < 0;
    }
    for (int i = 0; i < length; i++) {
      if (memory.get(JAVA_BYTE, start + i) != other.get(JAVA_BYTE, offset + i)) {
        return false;
      }
    }
    return true;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Where {@code place} lies in {@link #memory}. */
  int offsetOf(int place) {
    return place - from;
  }

  /** Whether octets of this block were reported to their sender. */
  boolean isReported() {
    return reported;
  }

  void markReported() {
    reported = true;
  }

  void free() {
    buffer.release();
  }
}
