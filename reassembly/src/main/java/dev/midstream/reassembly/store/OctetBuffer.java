package dev.midstream.reassembly.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A queue of octets in one pooled direct buffer, always contiguous. */
public final class OctetBuffer {
  /*
   * The content is [head, tail) of the buffer. At the end of the buffer the content moves to the front if
   * it fills at most half of the buffer, else to a larger buffer. A large buffer that is mostly unused
   * gives way to a smaller one. So each octet is moved a bounded number of times. A small buffer is kept
   * when it is empty, so a steady stream allocates nothing.
   */
  private static final int MIN_CAPACITY_BYTES = 2_048;
  private static final int MAX_IDLE_CAPACITY_BYTES = 16_384;
  private static final int SHRINK_FACTOR = 4;

  private final ByteBufAllocator allocator;
  private final MemoryAccount account;
  private @Nullable ByteBuf buffer;
  private MemorySegment memory = MemorySegment.NULL;
  private int head;
  private int tail;
  private int chargedBytes;
  private int spareBytes;

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
    updateCharge();
  }

  /** Removes the first {@code length} octets. */
  public void dropFront(int length) {
    head += length;
    if (memory.byteSize() > MAX_IDLE_CAPACITY_BYTES) {
      shrink(memory.byteSize() / SHRINK_FACTOR);
    } else if (head == tail) {
      head = 0;
      tail = 0;
    }
    updateCharge();
  }

  /** What is charged beside the octets: memory that is allocated for more of them. */
  public int overheadBytes() {
    return spareBytes;
  }

  /**
   * Releases memory that the octets do not need. A large buffer of which more than three eighths
   * are used stays, so that a trim after each octet does not move all of them each time.
   */
  public void trim() {
    boolean large = memory.byteSize() > MAX_IDLE_CAPACITY_BYTES;
    shrink(large ? memory.byteSize() / 8 * 3 : memory.byteSize() / 2);
    updateCharge();
  }

  /** Keeps the memory of the present content mapped for ever, because a lost thread may read it. */
  public void keepMemory() {
    if (buffer != null) {
      buffer.retain();
    }
  }

  /** Frees all octets. */
  public void free() {
    head = 0;
    tail = 0;
    release();
    updateCharge();
  }

  /** Charges the octets, and the memory that they take beyond them and the smallest buffer. */
  private void updateCharge() {
    int bytes = length();
    if (bytes != chargedBytes) {
      account.charge((long) bytes - chargedBytes);
      chargedBytes = bytes;
    }
    int spare = Math.max(0, (int) memory.byteSize() - MIN_CAPACITY_BYTES - bytes);
    if (spare != spareBytes) {
      account.chargeSpare((long) spare - spareBytes);
      spareBytes = spare;
    }
  }

  /** Moves at most {@code mostBytes} octets to a smaller buffer, or to none. */
  private void shrink(long mostBytes) {
    int used = length();
    if (used == 0) {
      head = 0;
      tail = 0;
      release();
    } else if (used <= mostBytes && memory.byteSize() > MIN_CAPACITY_BYTES) {
      moveTo(capacityFor(used), used);
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
      moveTo(capacityFor(Math.addExact(used, length)), used);
    }
    head = 0;
    tail = used;
  }

  /** Small buffers grow by little, because there are many of them. */
  private static int capacityFor(int needed) {
    return needed <= MAX_IDLE_CAPACITY_BYTES
        ? Math.max(1, Math.ceilDiv(needed, MIN_CAPACITY_BYTES)) * MIN_CAPACITY_BYTES
        : Integer.highestOneBit(needed - 1) << 1;
  }

  private void moveTo(int capacity, int used) {
    ByteBuf other = allocator.directBuffer(capacity, capacity);
    MemorySegment target = MemorySegment.ofBuffer(other.internalNioBuffer(0, capacity));
    MemorySegment.copy(memory, head, target, 0, used);
    release();
    buffer = other;
    memory = target;
    head = 0;
    tail = used;
  }
}
