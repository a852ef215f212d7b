package dev.midstream.reassembly.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A queue of octets in one pooled direct buffer, always contiguous. */
public final class OctetBuffer {
  /*
   * The content is [head, tail) of the buffer. At the end of the buffer the content moves to the front if
   * it fills at most half of the buffer, else to a larger buffer. So each octet is moved a bounded number
   * of times. A small buffer is kept when it is empty, so a steady stream allocates nothing.
   */
  private static final int MIN_CAPACITY_BYTES = 2_048;
  private static final int MAX_IDLE_CAPACITY_BYTES = 16_384;

  private final ByteBufAllocator allocator;
  private final MemoryAccount account;
  private @Nullable ByteBuf buffer;
  private MemorySegment memory = MemorySegment.NULL;
  private int head;
  private int tail;

  /** Creates an empty buffer. */
  public OctetBuffer(ByteBufAllocator allocator, MemoryAccount account) {
    this.allocator = allocator;
    this.account = account;
  }

  /** Octets kept. */
  public int length() {
    return tail - head;
  }

  /** The memory of the content; valid until the next change. */
  public MemorySegment memory() {
    return memory;
  }

  /** Offset of the content in {@link #memory}. */
  public long memoryOffset() {
    return head;
  }

  /** Appends octets, even beyond the memory account. */
  public void append(MemorySegment source, long offset, int length) {
    ensureRoom(length);
    MemorySegment.copy(source, offset, memory, tail, length);
    tail += length;
    account.charge(length);
  }

  /** Removes the first {@code length} octets. */
  public void dropFront(int length) {
    head += length;
    account.charge(-length);
    if (head == tail) {
      reset();
    }
  }

  /** Frees all octets. */
  public void free() {
    account.charge(-length());
    head = 0;
    tail = 0;
    release();
  }

  private void reset() {
    head = 0;
    tail = 0;
    if (memory.byteSize() > MAX_IDLE_CAPACITY_BYTES) {
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

  private void ensureRoom(int length) {
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
    int capacity =
        Math.max(MIN_CAPACITY_BYTES, Integer.highestOneBit(Math.max(1, needed - 1)) << 1);
    ByteBuf larger = allocator.directBuffer(capacity, capacity);
    MemorySegment target = MemorySegment.ofBuffer(larger.internalNioBuffer(0, capacity));
    MemorySegment.copy(memory, head, target, 0, used);
    release();
    buffer = larger;
    memory = target;
  }
}
