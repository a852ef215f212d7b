package dev.midstream.worlds.offload;

import dev.midstream.wire.packet.MemoryOwner;
import java.lang.foreign.MemorySegment;

/** Packet memory of a port: it is overwritten after its last release. */
public final class LentMemory implements MemoryOwner {
  private static final byte SPOILED = 0x5A;

  private final MemorySegment memory;
  private int users = 1;
  private boolean wasLent;

  /** Memory with one user. */
  public LentMemory(MemorySegment memory) {
    this.memory = memory;
  }

  /** Whether a second user ever retained it. */
  boolean wasLent() {
    return wasLent;
  }

  /** Whether it has a user. */
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
