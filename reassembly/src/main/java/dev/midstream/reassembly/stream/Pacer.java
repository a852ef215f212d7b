package dev.midstream.reassembly.stream;

/**
 * Limits how far octets that waited after a gap may leave, so that filling a gap causes no burst.
 * Two segments leave for each segment that arrives. If none arrives, the octets are spread over
 * half a round trip. Derived state.
 */
public final class Pacer {
  private static final int SEGMENTS_PER_STEP = 2;

  private long end = Long.MAX_VALUE;
  private long nextNanos = Long.MAX_VALUE;
  private long stepNanos;
  private boolean stepped;

  /** End of the octets that may leave, in new space; {@link Long#MAX_VALUE} for no limit. */
  public long end() {
    return end;
  }

  /** Octets that one step releases. */
  public static long stepBytes(int segmentBytes) {
    return (long) SEGMENTS_PER_STEP * segmentBytes;
  }

  /** Whether octets are paced. */
  public boolean isOn() {
    return end != Long.MAX_VALUE;
  }

  /** Time of the next step if no packet arrives. */
  public long nextNanos() {
    return nextNanos;
  }

  /** Starts pacing the octets after {@code newPosition}, and takes the first step. */
  public void begin(long newPosition, int segmentBytes) {
    end = newPosition + stepBytes(segmentBytes);
    stepped = true;
  }

  /** Stops the timer: something else delays the octets, and only a packet changes that. */
  public void suspend() {
    nextNanos = Long.MAX_VALUE;
  }

  /** Ends pacing. */
  public void stop() {
    end = Long.MAX_VALUE;
    nextNanos = Long.MAX_VALUE;
  }

  /**
   * Takes a step, because a packet arrived or the timer expired.
   *
   * @param minBytes minimum to release, because a super-segment, or what the receiver got, stands
   *     for more than one packet
   */
  public void step(long newReleased, int segmentBytes, long minBytes) {
    long bytes = Math.max(stepBytes(segmentBytes), minBytes);
    end = Math.max(end, newReleased + bytes);
    stepped = true;
  }

  /**
   * Schedules the next step, so that {@code waitingBytes} leave within about half a round trip.
   * That is faster than the sender sent them, as in slow start, and no burst. Steps without a
   * packet between them are equally spaced. Does nothing if a step is scheduled already.
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
