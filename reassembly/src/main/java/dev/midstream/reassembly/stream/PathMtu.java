package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * What the path to the receiver of one direction carries: the largest payload that was acknowledged
 * (RFC 8899), and the smallest path MTU that routers reported (RFC 1191, RFC 8201). Derived state.
 */
public final class PathMtu {
  /** A path may become wider; only a larger packet can detect that (RFC 1191 section 6.3). */
  private static final long REPORT_NANOS = 600_000_000_000L;

  private int provenBytes;
  private int candidateBytes;
  private long candidateStart;
  private long candidateEnd;
  private int reportedBytes = Integer.MAX_VALUE;
  private long reportedUntilNanos = Long.MAX_VALUE;

  /** Writes what is known, and what an acknowledgement will prove. */
  void write(StateWriter out, long nowNanos) {
    out.number(provenBytes);
    out.number(candidateBytes);
    if (candidateBytes > 0) {
      out.number(candidateStart);
      out.number(candidateEnd);
    }
    out.number(reportedBytes == Integer.MAX_VALUE ? 0 : reportedBytes);
    if (reportedBytes != Integer.MAX_VALUE) {
      out.time(reportedUntilNanos, nowNanos);
    }
  }

  void read(StateReader in, long nowNanos) {
    provenBytes = in.count(Integer.MAX_VALUE);
    candidateBytes = in.count(Integer.MAX_VALUE);
    if (candidateBytes > 0) {
      candidateStart = in.position();
      candidateEnd = in.position();
    }
    int reported = in.count(Integer.MAX_VALUE);
    if (reported > 0) {
      reportedBytes = reported;
      reportedUntilNanos = in.time(nowNanos);
    }
  }

  /**
   * A segment with the octets [newStart, newEnd) leaves in packets of at most {@code bytes}
   * payload. If a segment is retransmitted in smaller packets, its acknowledgement does not prove
   * the larger size. One with octets from before a pick-up proves nothing: it may have arrived
   * already.
   */
  public void onSent(long newStart, long newEnd, int bytes) {
    boolean again = newStart < candidateEnd && newEnd > candidateStart;
    if (again && bytes > 0 && bytes < candidateBytes) {
      candidateBytes = 0;
    }
    if (candidateBytes == 0 && bytes > provenBytes && newStart >= 0) {
      candidateBytes = bytes;
      candidateStart = newStart;
      candidateEnd = newEnd;
    }
  }

  /**
   * Accepts the size of the candidate segment as proven if the receiver acknowledged it.
   *
   * @return the largest proven payload of one packet
   */
  public int acceptProven(long newAcknowledged) {
    if (candidateBytes > 0 && newAcknowledged >= candidateEnd) {
      provenBytes = candidateBytes;
      candidateBytes = 0;
    }
    return provenBytes;
  }

  /**
   * Takes a router's report that packets of more than {@code bytes} do not pass.
   *
   * @return whether that is less than before
   */
  public boolean lower(int bytes, long nowNanos) {
    boolean smaller = bytes < reportedBytes;
    reportedBytes = Math.min(reportedBytes, bytes);
    reportedUntilNanos = nowNanos + REPORT_NANOS;
    return smaller;
  }

  /** Discards a report after ten minutes. */
  public void age(long nowNanos) {
    if (nowNanos >= reportedUntilNanos) {
      reportedBytes = Integer.MAX_VALUE;
      reportedUntilNanos = Long.MAX_VALUE;
    }
  }

  /** The smallest path MTU that routers reported; {@link Integer#MAX_VALUE} without a report. */
  public int packetBytes() {
    return reportedBytes;
  }
}
