package dev.midstream.wire.nativecall;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/** The array of struct pollfd for ppoll(2), with its struct timespec. */
public final class PollArray {
  private static final int BYTES = 8;
  private static final int EVENTS = 4;
  private static final int RESULT = 6;
  private static final short READABLE = 1;
  private static final int ERROR_EVENTS = 0x8 | 0x10 | 0x20;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final Linux linux;
  private final MemorySegment entries;
  private final MemorySegment timeout;
  private final int count;

  /** An array of {@code count} entries that wait until they are readable. */
  public PollArray(Linux linux, int count) {
    this.linux = linux;
    this.count = count;
    entries = linux.allocate((long) count * BYTES);
    timeout = linux.allocate(2L * Long.BYTES);
    for (int index = 0; index < count; index++) {
      entries.set(JAVA_SHORT, (long) index * BYTES + EVENTS, READABLE);
    }
  }

  /** Sets the descriptor of entry {@code index}; -1 for none. */
  public void descriptor(int index, int descriptor) {
    entries.set(JAVA_INT, (long) index * BYTES, descriptor);
  }

  /**
   * Waits for at most {@code nanos}, or indefinitely for {@link Long#MAX_VALUE}. Afterwards every
   * entry reports its events; after an interruption none has any.
   */
  public void await(long nanos) {
    long limit = 0;
    if (nanos != Long.MAX_VALUE) {
      timeout.set(JAVA_LONG, 0, Math.max(0, nanos) / SECOND_NANOS);
      timeout.set(JAVA_LONG, Long.BYTES, Math.max(0, nanos) % SECOND_NANOS);
      limit = timeout.address();
    }
    int result = linux.poll(entries.address(), count, limit);
    if (result < 0) {
      clearResults(result);
    }
  }

  /** Whether entry {@code index} is readable. */
  public boolean isReadable(int index) {
    return (entries.get(JAVA_SHORT, (long) index * BYTES + RESULT) & READABLE) != 0;
  }

  /** Whether entry {@code index} reports an error or a hang-up. */
  public boolean hasError(int index) {
    return (entries.get(JAVA_SHORT, (long) index * BYTES + RESULT) & ERROR_EVENTS) != 0;
  }

  private void clearResults(int result) {
    if (result != -Errno.EINTR) {
      throw new IllegalStateException("cannot wait: error=" + Errno.text(-result));
    }
    for (int index = 0; index < count; index++) {
      entries.set(JAVA_SHORT, (long) index * BYTES + RESULT, (short) 0);
    }
  }
}
