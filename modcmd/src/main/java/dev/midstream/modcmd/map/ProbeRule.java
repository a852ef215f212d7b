package dev.midstream.modcmd.map;

/**
 * Detects segments that ask for an acknowledgement instead of carrying new octets: keep-alives,
 * window probes, and retransmissions of octets that wait for the receiver's window (RFC 9293
 * sections 3.8.4 and 3.8.6.1).
 *
 * <p>None of them becomes a first copy. The engine forwards each of them as an empty segment one
 * below the receiver's next expected sequence number. Ranges are [orgStart, orgStart + length).
 */
public final class ProbeRule {
  private ProbeRule() {}

  /** Whether a segment of at most one octet lies below the advertised acknowledgement. */
  public static boolean isKeepAlive(long orgStart, int length, long ack) {
    return length <= 1 && orgStart < ack;
  }

  /** Whether payload starts at or beyond the advertised right edge. */
  public static boolean isBeyondEdge(long orgStart, int length, long edge) {
    return length > 0 && orgStart >= edge;
  }

  /** Whether a retransmission covers decided output that waits beyond {@code newReleased}. */
  public static boolean hitsWaiting(OffsetMap map, long orgStart, int length, long newReleased) {
    return length > 0 && orgStart < map.decided() && map.dataEnd(orgStart + length) > newReleased;
  }
}
