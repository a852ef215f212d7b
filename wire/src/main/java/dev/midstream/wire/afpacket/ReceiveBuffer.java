package dev.midstream.wire.afpacket;

import dev.midstream.wire.packet.MemoryOwner;
import java.lang.foreign.MemorySegment;

/** Memory for one received frame. It belongs to the port's thread, as do those who retain it. */
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

  /** The memory it is a part of. */
  MemorySegment memory() {
    return memory;
  }

  /** Where in {@link #memory} it starts. */
  long offset() {
    return offset;
  }

  /** Whether more than one retains it. */
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
