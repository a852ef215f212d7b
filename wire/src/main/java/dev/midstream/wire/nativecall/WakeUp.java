package dev.midstream.wire.nativecall;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An eventfd(2) that ends another thread's wait. {@link #wake} may be called from any thread, even
 * after {@link #close}; everything else belongs to the waiting thread.
 */
public final class WakeUp {
  private static final int NON_BLOCKING_CLOSE_ON_EXEC = 0x800 | 0x80000;

  private final Linux linux;
  private final MemorySegment count;
  private final int descriptor;
  private boolean closed;

  public WakeUp(Linux linux) {
    this.linux = linux;
    count = linux.allocate(Long.BYTES);
    descriptor = linux.eventDescriptor(NON_BLOCKING_CLOSE_ON_EXEC);
    if (descriptor < 0) {
      throw new IllegalStateException("cannot make eventfd: error=" + Errno.text(-descriptor));
    }
  }

  /** The descriptor to wait on. */
  public int descriptor() {
    return descriptor;
  }

  /** Ends the current wait, or the next one. */
  public synchronized void wake() {
    if (closed) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocateFrom(JAVA_LONG, 1L);
      int ignored = new Linux(arena).write(descriptor, one.address(), Long.BYTES);
    }
  }

  /** Clears all wake-ups so far. */
  public void reset() {
    int ignored = linux.read(descriptor, count.address(), Long.BYTES);
  }

  public synchronized void close() {
    closed = true;
    int ignored = linux.close(descriptor);
  }
}
