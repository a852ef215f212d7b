package dev.midstream.wire.fastpath;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An arena that counts the octets that it has given to one thread. */
final class CountingArena implements Arena {
  private final Arena arena = Arena.ofShared();
  private long allocated;

  /** The octets so far. */
  long allocated() {
    return allocated;
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    allocated += byteSize;
    return arena.allocate(byteSize, byteAlignment);
  }

  @Override
  public MemorySegment.Scope scope() {
    return arena.scope();
  }

  @Override
  public void close() {
    arena.close();
  }
}
