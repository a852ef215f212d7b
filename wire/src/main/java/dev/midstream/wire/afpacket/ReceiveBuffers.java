package dev.midstream.wire.afpacket;

import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/** A pool of equal buffers for received frames. It grows only while frames are retained. */
final class ReceiveBuffers {
  private static final int BLOCK = 16;

  private final Linux linux;
  private final int bytes;
  private final int max;
  private final ArrayDeque<ReceiveBuffer> free = new ArrayDeque<>();
  private int allocated;

  /**
   * A pool of at most {@code max} buffers, rounded up to whole blocks, in memory of {@code linux}.
   *
   * @param bytes octets of a buffer, a multiple of 64
   */
  ReceiveBuffers(Linux linux, int bytes, int max) {
    this.linux = linux;
    this.bytes = bytes;
    this.max = Math.ceilDiv(max, BLOCK) * BLOCK;
  }

  /** The number of buffers that can still be acquired. */
  int available() {
    return free.size() + max - allocated;
  }

  /** Returns an unused buffer, retained once. The buffer recycled last is used first. */
  ReceiveBuffer acquire() {
    if (free.isEmpty()) {
      allocateBlock();
    }
    ReceiveBuffer buffer = free.pop();
    buffer.retain();
    return buffer;
  }

  /** Returns an unused buffer to the pool. */
  void recycle(ReceiveBuffer buffer) {
    free.push(buffer);
  }

  private void allocateBlock() {
    if (allocated == max) {
      throw new IllegalStateException("no buffer is left");
    }
    MemorySegment block = linux.allocate((long) BLOCK * bytes);
    for (int index = BLOCK - 1; index >= 0; index--) {
      free.push(new ReceiveBuffer(this, block, (long) index * bytes));
    }
    allocated += BLOCK;
  }
}
