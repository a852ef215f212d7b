package dev.midstream.reassembly.stream;

/**
 * What the path to the receiver of a direction carries: the largest payload that was acknowledged
 * (RFC 8899), and the largest IP packet that routers reported (RFC 1191, RFC 8201).
 */
public final class PathMtu {
  /** A path may have become wider; only a larger packet shows that (RFC 1191 section 6.3). */
  private static final long REPORT_NANOS = 600_000_000_000L;

  private int provenBytes;
  private int candidateBytes;
  private long candidateStart;
  private long candidateEnd;
  private int reportedBytes = Integer.MAX_VALUE;
  private long reportedUntilNanos = Long.MAX_VALUE;

  /**
   * A segment with the octets [newStart, newEnd) leaves, in packets of at most {@code bytes}
   * payload each. The size of one that is retransmitted in smaller packets is not known to have
   * arrived.
   */
  public void sent(long newStart, long newEnd, int bytes) {
    boolean again = newStart < candidateEnd && newEnd > candidateStart;
    if (again && bytes > 0 && bytes < candidateBytes) {
      candidateBytes = 0;
    }
    if (candidateBytes == 0 && bytes > provenBytes) {
      candidateBytes = bytes;
      candidateStart = newStart;
      candidateEnd = newEnd;
    }
  }

  /**
   * Takes the size of the last segment over as proven, if the receiver acknowledged it.
   *
   * @return the largest payload of one packet that is proven
   */
  public int measure(long newAcknowledged) {
    if (candidateBytes > 0 && newAcknowledged >= candidateEnd) {
      provenBytes = candidateBytes;
      candidateBytes = 0;
    }
    return provenBytes;
  }

  /**
   * A router reported that no packet of more than {@code bytes} gets through.
   *
   * @return whether that is less than was known
   */
  public boolean lower(int bytes, long nowNanos) {
    boolean smaller = bytes < reportedBytes;
    reportedBytes = Math.min(reportedBytes, bytes);
    reportedUntilNanos = nowNanos + REPORT_NANOS;
    return smaller;
  }

  /** Forgets a report after ten minutes. */
  public void age(long nowNanos) {
    if (nowNanos >= reportedUntilNanos) {
      reportedBytes = Integer.MAX_VALUE;
      reportedUntilNanos = Long.MAX_VALUE;
    }
  }

  /** The largest IP packet that routers reported; {@link Integer#MAX_VALUE} without a report. */
  public int packetBytes() {
    return reportedBytes;
  }
}
