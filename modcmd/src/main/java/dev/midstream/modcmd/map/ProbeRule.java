package dev.midstream.modcmd.map;

/**
 * The segments that ask instead of bringing octets: keep-alives, window probes, and repetitions of
 * what still waits for the receiver's window (RFC 9293 sections 3.8.4 and 3.8.6.1).
 *
 * <p>None of them becomes a first copy; towards the receiver they become an empty segment one below
 * what it expects. Ranges are [orgStart, orgStart + length).
 */
public final class ProbeRule {
  private ProbeRule() {}

  /** Whether a segment of at most one octet lies below the acknowledgement shown. */
  public static boolean isKeepAlive(long orgStart, int length, long ack) {
    return length <= 1 && orgStart < ack;
  }

  /** Whether payload starts at or beyond the edge shown: it was never asked for. */
  public static boolean isBeyondEdge(long orgStart, int length, long edge) {
    return length > 0 && orgStart >= edge;
  }

  /** Whether a repetition covers decided output that waits behind {@code newReleased}. */
  public static boolean hitsWaiting(OffsetMap map, long orgStart, int length, long newReleased) {
    return length > 0 && orgStart < map.decided() && map.dataEnd(orgStart + length) > newReleased;
  }
}
