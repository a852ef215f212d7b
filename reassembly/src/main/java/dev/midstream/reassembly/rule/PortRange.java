package dev.midstream.reassembly.rule;

/** Port numbers in [start, end), where {@code end} is at most 65,536. */
public record PortRange(int start, int end) {

  /** Rejects an empty range and numbers that are not ports. */
  public PortRange {
    if (start < 0 || start >= end || end > 65_536) {
      throw new IllegalArgumentException("bad port range, start=" + start + " end=" + end);
    }
  }

  /** A range of one port. */
  public static PortRange of(int port) {
    return new PortRange(port, port + 1);
  }

  /** Whether {@code port} lies in the range. */
  public boolean contains(int port) {
    return port >= start && port < end;
  }
}
