package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import java.util.Arrays;

/**
 * What the receiver reported by SACK above its acknowledgement, and what the engine retransmitted,
 * both in new space (RFC 6675). Derived state.
 */
public final class Scoreboard {
  /** DupThresh: so many segments after a missing one show its loss (RFC 6675, RFC 5681). */
  public static final int DUPLICATE_THRESHOLD = 3;

  private final RangeSet sacked = new RangeSet();
  private final RangeSet retransmitted = new RangeSet();

  /** Where the highest reported segments start, the highest first. */
  private final long[] highestStarts = new long[DUPLICATE_THRESHOLD];

  /** An empty scoreboard. */
  Scoreboard() {
    forgetReports();
  }

  /** The receiver reported [newStart, newEnd) by SACK. What is new of it counts as one segment. */
  public void report(long newStart, long newEnd) {
    long unreported = sacked.firstOutside(newStart);
    if (unreported < newEnd) {
      sacked.add(newStart, newEnd);
      noteSegment(unreported);
    }
  }

  /**
   * Whether the reports show that the segment at {@code newPosition} was lost (IsLost of RFC 6675):
   * the receiver has {@link #DUPLICATE_THRESHOLD} segments above it, or more octets than fit into
   * one segment less.
   */
  public boolean isLost(long newPosition, int segmentBytes) {
    long maxBytes = (DUPLICATE_THRESHOLD - 1L) * segmentBytes;
    return highestStarts[DUPLICATE_THRESHOLD - 1] > newPosition
        || sacked.hasMoreThan(maxBytes, newPosition);
  }

  /** What the receiver reported by SACK above its acknowledgement. */
  public RangeSet sacked() {
    return sacked;
  }

  /** What the engine retransmitted; kept until one window below the acknowledgement. */
  public RangeSet retransmitted() {
    return retransmitted;
  }

  /**
   * The receiver acknowledged everything below {@code newPosition}. A reported range that starts
   * there was discarded by the receiver.
   */
  public void onAcknowledged(long newPosition, long windowBytes) {
    sacked.removeBelow(newPosition);
    if (!sacked.isEmpty() && sacked.start(0) == newPosition) {
      sacked.removeBelow(sacked.end(0));
    }
    retransmitted.removeBelow(newPosition - windowBytes);
  }

  /**
   * Clears what was retransmitted below {@code newPosition}, because no late D-SACK will report it.
   */
  void forgetRetransmitted(long newPosition) {
    retransmitted.removeBelow(newPosition);
  }

  void write(StateWriter out) {
    sacked.write(out);
    retransmitted.write(out);
    for (long start : highestStarts) {
      out.number(Math.max(-1, start) + 1);
    }
  }

  void read(StateReader in) {
    sacked.read(in);
    retransmitted.read(in);
    for (int i = 0; i < DUPLICATE_THRESHOLD; i++) {
      long written = in.position();
      highestStarts[i] = written == 0 ? Long.MIN_VALUE : written - 1;
    }
  }

  /** Releases memory that the ranges do not need. */
  void trim() {
    sacked.trim();
    retransmitted.trim();
  }

  /** The memory of the ranges on the heap. */
  int heapBytes() {
    return sacked.heapBytes() + retransmitted.heapBytes();
  }

  /** Clears all reports: after a timeout they may be out of date (RFC 2018 section 8). */
  public void forgetReports() {
    sacked.clear();
    Arrays.fill(highestStarts, Long.MIN_VALUE);
  }

  private void noteSegment(long newStart) {
    int at = 0;
    while (at < DUPLICATE_THRESHOLD && highestStarts[at] > newStart) {
      at++;
    }
    if (at < DUPLICATE_THRESHOLD && highestStarts[at] < newStart) {
      System.arraycopy(highestStarts, at, highestStarts, at + 1, DUPLICATE_THRESHOLD - 1 - at);
      highestStarts[at] = newStart;
    }
  }
}
