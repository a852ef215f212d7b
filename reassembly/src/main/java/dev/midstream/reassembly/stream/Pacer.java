package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * Limits how far octets that waited after a gap may leave, so that filling a gap causes no burst,
 * and how far the output of an agent may leave for one packet. Two segments leave for each segment
 * that arrives. If none arrives, the octets are spread over half a round trip, and over more of
 * them if they came in more. Derived state.
 */
public final class Pacer {
  private static final int SEGMENTS_PER_STEP = 2;

  private long orgStart;
  private long newStart;
  private long end = Long.MAX_VALUE;
  private long nextNanos = Long.MAX_VALUE;
  private long stepNanos;
  private boolean stepped;
  private long flightSinceNanos;
  private long flightBytes;
  private long largestFlightBytes;
  private long pacedFlightBytes;

  void write(StateWriter out, long nowNanos) {
    out.flags(isOn(), stepped);
    if (isOn()) {
      out.number(orgStart);
      out.number(newStart);
      out.number(end);
      out.time(nextNanos, nowNanos);
      out.number(stepNanos);
      out.number(pacedFlightBytes == Long.MAX_VALUE ? 0 : pacedFlightBytes + 1);
    }
    out.number(flightBytes);
    out.number(largestFlightBytes);
    if (flightBytes > 0) {
      out.time(flightSinceNanos, nowNanos);
    }
  }

  void read(StateReader in, long nowNanos) {
    int flags = in.count(3);
    stepped = (flags & 2) != 0;
    if ((flags & 1) != 0) {
      orgStart = in.position();
      newStart = in.position();
      end = in.position();
      nextNanos = in.time(nowNanos);
      stepNanos = in.position();
      long paced = in.position();
      pacedFlightBytes = paced == 0 ? Long.MAX_VALUE : paced - 1;
    }
    flightBytes = in.position();
    largestFlightBytes = in.position();
    if (flightBytes > 0) {
      flightSinceNanos = in.time(nowNanos);
    }
  }

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

  /**
   * Notes that a segment arrived after a gap. What comes within a round trip is one flight. The
   * first segment after a gap starts the count; octets that come again do not count.
   *
   * @param bytesBefore octets that were kept after gaps before it
   * @param bytes octets that are kept now
   * @param roundTripNanos 0 while it is unknown: then everything is one flight
   */
  public void noteArrival(long bytesBefore, long bytes, long roundTripNanos, long nowNanos) {
    if (bytesBefore == 0) {
      largestFlightBytes = 0;
    }
    if (bytesBefore == 0 || (roundTripNanos > 0 && nowNanos - flightSinceNanos > roundTripNanos)) {
      flightSinceNanos = nowNanos;
      flightBytes = 0;
    }
    flightBytes += Math.max(0, bytes - bytesBefore);
    largestFlightBytes = Math.max(largestFlightBytes, flightBytes);
  }

  /**
   * Starts pacing what was delayed after a gap that is filled now, and takes the first step. If
   * other octets are paced, these follow at the pace of the larger flights.
   *
   * @param orgStart where it starts: the end of the segment that filled the gap
   * @param newStart the same in new space
   */
  public void begin(long orgStart, long newStart, int segmentBytes) {
    if (isOn()) {
      pacedFlightBytes = Math.max(pacedFlightBytes, largestFlightBytes);
      return;
    }
    this.orgStart = orgStart;
    this.newStart = newStart;
    pacedFlightBytes = largestFlightBytes;
    end = newStart + stepBytes(segmentBytes);
    stepped = true;
  }

  /**
   * Lets no more than {@code bytes} leave from {@code newStart} on. What waits then leaves over
   * half a round trip, as one flight, unless other octets are paced already.
   *
   * @param newStart what had left before the current packet or timer
   */
  public void allowAtMost(long newStart, long bytes) {
    if (!isOn()) {
      this.newStart = newStart;
      orgStart = 0;
      pacedFlightBytes = Long.MAX_VALUE;
      stepped = true;
    }
    end = Math.min(end, newStart + bytes);
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
   * Schedules the next step, so that one flight of the waiting octets leaves within about half a
   * round trip, and each further one within a round trip. For one flight that is faster than it
   * came, as in slow start, and no burst. Steps without a packet between them are equally spaced.
   * Does nothing if a step is scheduled already. Octets of {@code stream} must be waiting.
   */
  public void scheduleStep(Stream stream, int segmentBytes, long nowNanos) {
    if (!stepped && nextNanos != Long.MAX_VALUE) {
      return;
    }
    stepped = false;
    if (nextNanos > nowNanos) {
      long waitingBytes = stream.newEnd() - stream.releasedEnd();
      long steps = Math.max(1, waitingBytes / stepBytes(segmentBytes));
      long roundTripNanos = stream.receiver().rtt().srttNanos();
      stepNanos = (long) (roundTripNanos * roundTrips(stream, waitingBytes) / steps);
    }
    nextNanos = nowNanos + stepNanos;
  }

  /**
   * How many round trips the waiting octets take: half a one for the first flight, one for each
   * further one. Flights are counted as they came: the waiting octets are the same share of the
   * original ones as of the new ones. This is no integer, because the product of a time and two
   * lengths has no room in 64 bits.
   */
  private double roundTrips(Stream stream, long waitingBytes) {
    long newBytes = Math.max(waitingBytes, stream.newEnd() - newStart);
    double orgBytes = (double) (stream.decided() - orgStart) * waitingBytes / newBytes;
    double flights = orgBytes / Math.max(1, pacedFlightBytes);
    return Math.max(1, flights) - 0.5;
  }
}
