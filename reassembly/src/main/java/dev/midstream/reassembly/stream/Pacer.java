package dev.midstream.reassembly.stream;

/**
 * Limits how far octets that waited after a gap may leave, so that filling a gap causes no burst.
 * Two segments leave for each segment that arrives. If none arrives, the octets are spread over
 * half a round trip, and over more of them if they came in more. Derived state.
 */
public final class Pacer {
  private static final int SEGMENTS_PER_STEP = 2;

  private long end = Long.MAX_VALUE;
  private long nextNanos = Long.MAX_VALUE;
  private long stepNanos;
  private boolean stepped;
  private long flightSinceNanos;
  private int flightBytes;
  private int largestFlightBytes;

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

  /** Notes that {@code bytes} arrived after a gap. What comes within a round trip is one flight. */
  public void noteArrival(int bytes, long roundTripNanos, long nowNanos) {
    if (nowNanos - flightSinceNanos > roundTripNanos) {
      flightSinceNanos = nowNanos;
      flightBytes = 0;
    }
    flightBytes += bytes;
    largestFlightBytes = Math.max(largestFlightBytes, flightBytes);
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
    largestFlightBytes = 0;
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
   * Schedules the next step, so that one flight of {@code waitingBytes} leaves within about half a
   * round trip, and each further one within a round trip. For one flight that is faster than it
   * came, as in slow start, and no burst. Steps without a packet between them are equally spaced.
   * Does nothing if a step is scheduled already.
   */
  public void scheduleStep(
      long waitingBytes, int segmentBytes, long roundTripNanos, long nowNanos) {
    if (!stepped && nextNanos != Long.MAX_VALUE) {
      return;
    }
    stepped = false;
    if (nextNanos > nowNanos) {
      long steps = Math.max(1, waitingBytes / stepBytes(segmentBytes));
      stepNanos = (long) (roundTripNanos * roundTrips(waitingBytes) / steps);
    }
    nextNanos = nowNanos + stepNanos;
  }

  private double roundTrips(long waitingBytes) {
    double flights = (double) waitingBytes / Math.max(1, largestFlightBytes);
    return Math.max(1, flights) - 0.5;
  }
}
