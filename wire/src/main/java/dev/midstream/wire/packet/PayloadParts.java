package dev.midstream.wire.packet;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Payload that lies elsewhere than its headers: pieces of memory that others own, in order.
 * Reusable; not thread-safe.
 */
public final class PayloadParts {
  /** Pieces there is room for. */
  public static final int MAX_PARTS = 16;

  private final MemoryOwner[] owners = new MemoryOwner[MAX_PARTS];
  private final MemorySegment[] memories = new MemorySegment[MAX_PARTS];
  private final long[] offsets = new long[MAX_PARTS];
  private final int[] lengths = new int[MAX_PARTS];
  private int count;
  private int bytes;

  /** Forgets all pieces. */
  public void clear() {
    Arrays.fill(owners, 0, count, null);
    Arrays.fill(memories, 0, count, null);
    count = 0;
    bytes = 0;
  }

  /** Adds {@code length} octets at {@code offset} of {@code memory}, which is native. */
  public void add(MemoryOwner owner, MemorySegment memory, long offset, int length) {
    owners[count] = owner;
    memories[count] = memory;
    offsets[count] = offset;
    lengths[count] = length;
    count++;
    bytes += length;
  }

  /** How many pieces there are. */
  public int count() {
    return count;
  }

  /** Octets of all pieces. */
  public int bytes() {
    return bytes;
  }

  /** Who owns the memory of a piece; to be retained by who needs it for longer than the packet. */
  public MemoryOwner owner(int index) {
    return owners[index];
  }

  /** The memory a piece lies in. */
  public MemorySegment memory(int index) {
    return memories[index];
  }

  /** Where in its memory a piece starts. */
  public long offset(int index) {
    return offsets[index];
  }

  /** Octets of a piece. */
  public int length(int index) {
    return lengths[index];
  }
}
