package dev.midstream.testkit.sim.link;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/** The reusable frames of one simulated network. Not thread-safe. */
public final class FramePool {
  private final ArrayDeque<Frame> free = new ArrayDeque<>();

  /** Acquires a frame with room for {@code length} octets. */
  public Frame acquire(int length) {
    Frame frame = free.pollLast();
    return (frame == null ? new Frame() : frame).ofLength(length);
  }

  /** Acquires a frame with a copy of {@code length} octets at {@code offset} of {@code memory}. */
  public Frame copy(MemorySegment memory, long offset, int length) {
    Frame frame = acquire(length);
    MemorySegment.copy(memory, offset, frame.memory(), 0, length);
    return frame;
  }

  /** Returns a frame to the pool. */
  public void release(Frame frame) {
    free.addLast(frame);
  }
}
