package dev.midstream.wire.packet;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A payload in a different place than its headers: parts of memory with their owners, in order.
 * Reusable; not thread-safe.
 */
public final class PayloadParts {
  /** The maximum number of parts. */
  public static final int MAX_PARTS = 16;

  private final MemoryOwner[] owners = new MemoryOwner[MAX_PARTS];
  private final MemorySegment[] memories = new MemorySegment[MAX_PARTS];
  private final long[] offsets = new long[MAX_PARTS];
  private final int[] lengths = new int[MAX_PARTS];
  private int count;
  private int bytes;

  /** Removes all parts. */
  public void clear() {
    Arrays.fill(owners, 0, count, null);
    Arrays.fill(memories, 0, count, null);
    count = 0;
    bytes = 0;
  }

  /** Adds {@code length} octets at {@code offset} of {@code memory}, which must be native. */
  public void add(MemoryOwner owner, MemorySegment memory, long offset, int length) {
    owners[count] = owner;
    memories[count] = memory;
    offsets[count] = offset;
    lengths[count] = length;
    count++;
    bytes += length;
  }

  /** The number of parts. */
  public int count() {
    return count;
  }

  /** Octets of all parts. */
  public int bytes() {
    return bytes;
  }

  /** The owner of a part's memory, to be retained by code that uses the part after the packet. */
  public MemoryOwner owner(int index) {
    return owners[index];
  }

  /** The memory that contains a part. */
  public MemorySegment memory(int index) {
    return memories[index];
  }

  /** Where in its memory a part starts. */
  public long offset(int index) {
    return offsets[index];
  }

  /** Octets of a part. */
  public int length(int index) {
    return lengths[index];
  }
}
