package dev.midstream.wire.afpacket;

import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/** Buffers of one size for received frames; there are more of them only while some are retained. */
final class ReceiveBuffers {
  private static final int BLOCK = 16;

  private final Linux linux;
  private final int bytes;
  private final int max;
  private final ArrayDeque<ReceiveBuffer> free = new ArrayDeque<>();
  private int allocated;

  /**
   * Buffers of {@code bytes} octets, a multiple of 64, in memory of {@code linux}: {@code max} of
   * them, rounded up to whole blocks.
   */
  ReceiveBuffers(Linux linux, int bytes, int max) {
    this.linux = linux;
    this.bytes = bytes;
    this.max = Math.ceilDiv(max, BLOCK) * BLOCK;
  }

  /** How many more can be taken. */
  int available() {
    return free.size() + max - allocated;
  }

  /** One that nobody else has, retained once; the one that came back last is the first to go. */
  ReceiveBuffer acquire() {
    if (free.isEmpty()) {
      allocateBlock();
    }
    ReceiveBuffer buffer = free.pop();
    buffer.retain();
    return buffer;
  }

  /** Takes back a buffer that nobody retains. */
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
