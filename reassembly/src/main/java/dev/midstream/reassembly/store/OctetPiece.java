package dev.midstream.reassembly.store;

import dev.midstream.wire.packet.MemoryOwner;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Octets that are contiguous in new space and in the memory of one owner. Reusable. */
final class OctetPiece {
  private long newStart;
  private long newEnd;
  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private @Nullable MemoryOwner owner;

  /** Refers to {@code length} octets at {@code offset} of {@code memory}. */
  void set(long newStart, int length, MemoryOwner owner, MemorySegment memory, long offset) {
    this.newStart = newStart;
    newEnd = newStart + length;
    this.owner = owner;
    this.memory = memory;
    this.offset = offset;
  }

  /** Drops the reference. */
  void clear() {
    memory = MemorySegment.NULL;
    owner = null;
  }

  long newStart() {
    return newStart;
  }

  long newEnd() {
    return newEnd;
  }

  MemorySegment memory() {
    return memory;
  }

  long offsetOf(long newPosition) {
    return offset + (newPosition - newStart);
  }

  MemoryOwner owner() {
    if (owner == null) {
      throw new IllegalStateException("cleared piece: newStart=" + newStart);
    }
    return owner;
  }

  /** Whether the piece ends at {@code offset} of {@code chunk}. */
  boolean endsAt(OctetChunk chunk, long offset) {
    return owner == chunk && offsetOf(newEnd) == offset;
  }

  void grow(int length) {
    newEnd += length;
  }

  /** Cuts the octets below {@code newPosition}, which lies inside the piece. */
  void dropBelow(long newPosition) {
    offset += newPosition - newStart;
    newStart = newPosition;
  }
}
