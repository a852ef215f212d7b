package dev.midstream.reassembly.store;

import dev.midstream.modcmd.range.RangeSet;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Memory for octets at any places of a stream, in blocks of {@link OctetBlock#BYTES} places. Single
 * octets share a block, so that the memory follows the octets and not the segments they came in.
 * Which places are written is not known here.
 */
final class OctetBlocks {
  /** What a block takes beside its memory: objects of the heap. */
  static final int OVERHEAD_BYTES = 256;

  /** No place of a stream. */
  static final long NOWHERE = Long.MIN_VALUE;

  private static final int SHIFT = 13;
  private static final int INITIAL_CAPACITY = 4;

  /** Up to this room the arrays shrink only when they are trimmed. */
  private static final int KEPT_CAPACITY = 16;

  private static final int SHRINK_FACTOR = 4;
  private static final int SLOT_BYTES = 16;
  private static final long[] NO_NUMBERS = {};
  private static final OctetBlock[] NO_BLOCKS = {};

  private final ByteBufAllocator allocator;
  private long[] numbers = NO_NUMBERS;
  private @Nullable OctetBlock[] blocks = NO_BLOCKS;
  private int size;
  private long bytes;
  private long unreportedBytes;

  OctetBlocks(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /** Memory of all blocks and what they take beside it. */
  long bytes() {
    return bytes;
  }

  /** The memory of the arrays on the heap, which {@link #OVERHEAD_BYTES} of each block cover. */
  int heapBytes() {
    return SLOT_BYTES * numbers.length;
  }

  /** Of {@link #bytes}, what belongs to blocks without reported octets. */
  long unreportedBytes() {
    return unreportedBytes;
  }

  /** How much {@link #open} of [orgStart, orgEnd) would add to {@link #bytes}. */
  long bytesFor(long orgStart, long orgEnd) {
    long needed = 0;
    for (long at = orgStart; at < orgEnd; at = endOfBlock(at)) {
      int index = indexOf(numberOf(at));
      int from = placeOf(at);
      int to = from + lengthInBlock(at, orgEnd);
      needed +=
          index < 0
              ? OVERHEAD_BYTES + OctetBlock.bytesFor(to - from)
              : block(index).bytesWith(from, to) - block(index).bytes();
    }
    return needed;
  }

  /** Makes memory for the octets of [orgStart, orgEnd). */
  void open(long orgStart, long orgEnd) {
    for (long at = orgStart; at < orgEnd; at = endOfBlock(at)) {
      int length = lengthInBlock(at, orgEnd);
      open(numberOf(at), placeOf(at), placeOf(at) + length);
    }
  }

  /** Copies the octets of [orgStart, orgEnd), for which there is memory. */
  void write(long orgStart, long orgEnd, MemorySegment source, long offset) {
    for (long at = orgStart; at < orgEnd; at = endOfBlock(at)) {
      OctetBlock block = known(at);
      long target = block.offsetOf(placeOf(at));
      int length = lengthInBlock(at, orgEnd);
      MemorySegment.copy(source, offset + (at - orgStart), block.memory(), target, length);
    }
  }

  /** Whether the octets of [orgStart, orgEnd) in {@code written} equal those at {@code offset}. */
  boolean isSame(RangeSet written, long orgStart, long orgEnd, MemorySegment other, long offset) {
    OctetBlock block = null;
    long number = 0;
    int range = written.firstEndingAfter(orgStart);
    for (; range < written.size() && written.start(range) < orgEnd; range++) {
      long to = Math.min(orgEnd, written.end(range));
      for (long at = Math.max(orgStart, written.start(range)); at < to; at = endOfBlock(at)) {
        if (block == null || number != numberOf(at)) {
          block = known(at);
          number = numberOf(at);
        }
        int length = lengthInBlock(at, to);
        if (!block.isSame(placeOf(at), length, other, offset + (at - orgStart))) {
          return false;
        }
      }
    }
    return true;
  }

  /** How many octets of [orgPosition, orgEnd) lie together in the memory of one block. */
  static int lengthInBlock(long orgPosition, long orgEnd) {
    return (int) (Math.min(orgEnd, endOfBlock(orgPosition)) - orgPosition);
  }

  /** The memory of the octet at {@code orgPosition}, which must be written. */
  MemorySegment memoryAt(long orgPosition) {
    return known(orgPosition).memory();
  }

  /** Offset in {@link #memoryAt} of the octet at {@code orgPosition}, which must be written. */
  long memoryOffsetOf(long orgPosition) {
    return known(orgPosition).offsetOf(placeOf(orgPosition));
  }

  /** Memory of the blocks of [orgStart, orgEnd) that are not reported, and what they take. */
  long unreportedBytesOf(long orgStart, long orgEnd) {
    long sum = 0;
    for (int i = firstFrom(numberOf(orgStart)); i < firstFrom(numberOf(orgEnd - 1) + 1); i++) {
      sum += block(i).isReported() ? 0 : block(i).bytes() + OVERHEAD_BYTES;
    }
    return sum;
  }

  /** Notes that octets of the blocks of [orgStart, orgEnd) were reported. */
  void markReported(long orgStart, long orgEnd) {
    unreportedBytes -= unreportedBytesOf(orgStart, orgEnd);
    for (int i = firstFrom(numberOf(orgStart)); i < firstFrom(numberOf(orgEnd - 1) + 1); i++) {
      block(i).markReported();
    }
  }

  /**
   * Start of the farthest block before that of {@code orgPosition} that has no reported octets;
   * {@link #NOWHERE} if there is none.
   */
  long farthestUnreportedBefore(long orgPosition) {
    for (int i = firstFrom(numberOf(orgPosition)) - 1; i >= 0; i--) {
      if (!block(i).isReported()) {
        return numbers[i] << SHIFT;
      }
    }
    return NOWHERE;
  }

  /** Frees the blocks of [orgStart, orgEnd) in which nothing of {@code kept} lies. */
  void freeUnused(long orgStart, long orgEnd, RangeSet kept) {
    int first = firstFrom(numberOf(orgStart));
    int next = firstFrom(numberOf(orgEnd - 1) + 1);
    int to = first;
    for (int i = first; i < next; i++) {
      long start = numbers[i] << SHIFT;
      if (kept.intersects(start, start + OctetBlock.BYTES)) {
        numbers[to] = numbers[i];
        blocks[to++] = blocks[i];
      } else {
        charge(block(i), -block(i).bytes() - OVERHEAD_BYTES);
        block(i).free();
      }
    }
    close(to, next);
  }

  /** Removes the entries [from, to). */
  private void close(int from, int to) {
    System.arraycopy(numbers, to, numbers, from, size - to);
    System.arraycopy(blocks, to, blocks, from, size - to);
    Arrays.fill(blocks, size - (to - from), size, null);
    size -= to - from;
    if (numbers.length > KEPT_CAPACITY && size <= numbers.length / SHRINK_FACTOR) {
      resize(2 * size);
    }
  }

  /** Releases the arrays if there are no blocks. */
  void trim() {
    if (size == 0) {
      resize(0);
    }
  }

  private void resize(int capacity) {
    numbers = capacity == 0 ? NO_NUMBERS : Arrays.copyOf(numbers, capacity);
    blocks = capacity == 0 ? NO_BLOCKS : Arrays.copyOf(blocks, capacity);
  }

  private void open(long number, int from, int to) {
    int index = firstFrom(number);
    if (index < size && numbers[index] == number) {
      OctetBlock block = block(index);
      int before = block.bytes();
      block.grow(from, to);
      charge(block, block.bytes() - before);
    } else {
      OctetBlock block = new OctetBlock(allocator, from, to);
      insert(index, number, block);
      charge(block, block.bytes() + OVERHEAD_BYTES);
    }
  }

  private void insert(int index, long number, OctetBlock block) {
    if (size == numbers.length) {
      resize(Math.max(INITIAL_CAPACITY, 2 * size));
    }
    System.arraycopy(numbers, index, numbers, index + 1, size - index);
    System.arraycopy(blocks, index, blocks, index + 1, size - index);
    numbers[index] = number;
    blocks[index] = block;
    size++;
  }

  private void charge(OctetBlock block, long more) {
    bytes += more;
    if (!block.isReported()) {
      unreportedBytes += more;
    }
  }

  private OctetBlock known(long orgPosition) {
    int index = indexOf(numberOf(orgPosition));
    if (index < 0) {
      throw new IllegalStateException("not kept: orgPosition=" + orgPosition);
    }
    return block(index);
  }

  private OctetBlock block(int index) {
    return Objects.requireNonNull(blocks[index]);
  }

  private int indexOf(long number) {
    return Arrays.binarySearch(numbers, 0, size, number);
  }

  /** The first block with {@code number} or a higher one. */
  private int firstFrom(long number) {
    int found = indexOf(number);
    return found >= 0 ? found : -found - 1;
  }

  private static long numberOf(long orgPosition) {
    return orgPosition >> SHIFT;
  }

  /** Where the block of {@code orgPosition} starts. */
  static long startOfBlock(long orgPosition) {
    return numberOf(orgPosition) << SHIFT;
  }

  private static int placeOf(long orgPosition) {
    return (int) (orgPosition & (OctetBlock.BYTES - 1));
  }

  private static long endOfBlock(long orgPosition) {
    return startOfBlock(orgPosition) + OctetBlock.BYTES;
  }
}
