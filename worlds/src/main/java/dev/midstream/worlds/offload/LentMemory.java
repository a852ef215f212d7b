package dev.midstream.worlds.offload;

import dev.midstream.wire.packet.MemoryOwner;
import java.lang.foreign.MemorySegment;

/** Memory of one packet as a port lends it: it is spoiled as soon as nobody retains it. */
final class LentMemory implements MemoryOwner {
  private static final byte SPOILED = 0x5A;

  private final MemorySegment memory;
  private int users = 1;
  private boolean wasLent;

  /** Retained once. */
  LentMemory(MemorySegment memory) {
    this.memory = memory;
  }

  /** Whether anybody but the first ever retained it. */
  boolean wasLent() {
    return wasLent;
  }

  /** Whether anybody retains it. */
  boolean isLent() {
    return users > 0;
  }

  @Override
  public void retain() {
    if (users == 0) {
      throw new AssertionError("retained after its release");
    }
    wasLent = true;
    users++;
  }

  @Override
  public void release() {
    users--;
    if (users < 0) {
      throw new AssertionError("released more often than retained");
    }
    if (users == 0) {
      memory.fill(SPOILED);
    }
  }
}
