package dev.midstream.reassembly.stream;

/**
 * How far what waited behind a gap may leave: two segments for each that arrives, or spread over
 * half a round trip if none does, so that a filled gap is no burst.
 */
public final class Pacer {
  private static final int SEGMENTS_PER_STEP = 2;

  private long end = Long.MAX_VALUE;
  private long nextNanos = Long.MAX_VALUE;
  private long stepNanos;
  private boolean stepped;

  /** The new position up to which octets may leave; {@link Long#MAX_VALUE} for all. */
  public long end() {
    return end;
  }

  /** How much one step lets go. */
  public static long stepBytes(int segmentBytes) {
    return (long) SEGMENTS_PER_STEP * segmentBytes;
  }

  /** Whether anything leaves step by step. */
  public boolean isOn() {
    return end != Long.MAX_VALUE;
  }

  /** When the next step is due if no packet comes. */
  public long nextNanos() {
    return nextNanos;
  }

  /** What lies beyond {@code newPosition} leaves step by step; the first step is taken now. */
  public void begin(long newPosition, int segmentBytes) {
    end = newPosition + stepBytes(segmentBytes);
    stepped = true;
  }

  /** Something else than the pace keeps octets back: only a packet changes that. */
  public void suspend() {
    nextNanos = Long.MAX_VALUE;
  }

  /** Everything may leave. */
  public void stop() {
    end = Long.MAX_VALUE;
    nextNanos = Long.MAX_VALUE;
  }

  /**
   * A packet came, or the time has: two segments more may leave.
   *
   * @param leastBytes how much leaves at least: what a super-segment brings, or what arrived at the
   *     receiver, stands for more than one packet
   */
  public void step(long newReleased, int segmentBytes, long minBytes) {
    long bytes = Math.max(stepBytes(segmentBytes), minBytes);
    end = Math.max(end, newReleased + bytes);
    stepped = true;
  }

  /**
   * Waits for the next step, so that {@code waitingBytes} leave within about half a round trip:
   * faster than the sender sent them, as in slow start, and no burst. Steps that follow each other
   * without a packet between them are equally far apart. Changes nothing if it waits already.
   */
  public void scheduleStep(
      long waitingBytes, int segmentBytes, long roundTripNanos, long nowNanos) {
    if (!stepped && nextNanos != Long.MAX_VALUE) {
      return;
    }
    stepped = false;
    if (nextNanos > nowNanos) {
      long steps = Math.max(1, waitingBytes / stepBytes(segmentBytes));
      stepNanos = roundTripNanos / (2 * steps);
    }
    nextNanos = nowNanos + stepNanos;
  }
}
