package dev.midstream.wire.afpacket;

import dev.midstream.wire.packet.MemoryOwner;
import java.lang.foreign.MemorySegment;

/** Memory for one received frame, with a reference count. Confined to the port's thread. */
final class ReceiveBuffer implements MemoryOwner {
  private final ReceiveBuffers pool;
  private final MemorySegment memory;
  private final long offset;
  private int users;

  ReceiveBuffer(ReceiveBuffers pool, MemorySegment memory, long offset) {
    this.pool = pool;
    this.memory = memory;
    this.offset = offset;
  }

  /** The memory that contains the buffer. */
  MemorySegment memory() {
    return memory;
  }

  /** Where the buffer starts in {@link #memory}. */
  long offset() {
    return offset;
  }

  /** Whether it is retained more than once. */
  boolean isShared() {
    return users > 1;
  }

  @Override
  public void retain() {
    users++;
  }

  @Override
  public void release() {
    if (users == 0) {
      throw new IllegalStateException("released more often than retained");
    }
    users--;
    if (users == 0) {
      pool.recycle(this);
    }
  }
}
