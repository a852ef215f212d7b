package dev.midstream.reassembly.store;

import dev.midstream.modcmd.command.Octets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Octets in one pooled direct buffer: appended behind, dropped in front, always contiguous. */
final class OctetBuffer {
  /*
   * The content is [head, tail) of the buffer. When the end is reached the content moves to the front
   * if that frees half of the buffer, and to a buffer of twice the size otherwise, so that each octet
   * is moved a bounded number of times. An empty small buffer is kept: a steady stream allocates
   * nothing.
   */
  private static final int SMALLEST_BYTES = 2_048;
  private static final int KEPT_EMPTY_BYTES = 16_384;

  private final ByteBufAllocator allocator;
  private final MemoryBudget budget;
  private @Nullable ByteBuf buffer;
  private MemorySegment memory = MemorySegment.NULL;
  private int head;
  private int tail;

  OctetBuffer(ByteBufAllocator allocator, MemoryBudget budget) {
    this.allocator = allocator;
    this.budget = budget;
  }

  int length() {
    return tail - head;
  }

  /** The memory the content lies in; valid until the next change. */
  MemorySegment memory() {
    return memory;
  }

  /** Where in the memory the content starts. */
  long memoryOffset() {
    return head;
  }

  void append(MemorySegment source, long offset, int length) {
    makeRoom(length);
    MemorySegment.copy(source, offset, memory, tail, length);
    grow(length);
  }

  void append(Octets octets) {
    makeRoom(octets.length());
    octets.copyTo(0, octets.length(), memory, tail);
    grow(octets.length());
  }

  void dropFront(int length) {
    head += length;
    budget.refund(length);
    if (head == tail) {
      becomeEmpty();
    }
  }

  void free() {
    budget.refund(length());
    head = 0;
    tail = 0;
    release();
  }

  private void grow(int length) {
    tail += length;
    budget.charge(length);
  }

  private void becomeEmpty() {
    head = 0;
    tail = 0;
    if (memory.byteSize() > KEPT_EMPTY_BYTES) {
      release();
    }
  }

  private void release() {
    if (buffer != null) {
      buffer.release();
      buffer = null;
      memory = MemorySegment.NULL;
    }
  }

  private void makeRoom(int length) {
    if (memory.byteSize() - tail >= length) {
      return;
    }
    int used = length();
    if (Math.addExact(used, length) <= memory.byteSize() / 2) {
      MemorySegment.copy(memory, head, memory, 0, used);
    } else {
      moveToLarger(Math.addExact(used, length), used);
    }
    head = 0;
    tail = used;
  }

  private void moveToLarger(int needed, int used) {
    int capacity = Math.max(SMALLEST_BYTES, Integer.highestOneBit(Math.max(1, needed - 1)) << 1);
    ByteBuf larger = allocator.directBuffer(capacity, capacity);
    MemorySegment target = MemorySegment.ofBuffer(larger.internalNioBuffer(0, capacity));
    MemorySegment.copy(memory, head, target, 0, used);
    release();
    buffer = larger;
    memory = target;
  }
}
