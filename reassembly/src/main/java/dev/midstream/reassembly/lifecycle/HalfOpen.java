package dev.midstream.reassembly.lifecycle;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.stream.Stream;

/**
 * Tells what can be of a connection of which one SYN was seen: who did not see it would have to
 * guess its number (RFC 5961 section 1.2), and what an earlier connection of the same ends left in
 * the network has other ones.
 */
public final class HalfOpen {
  private HalfOpen() {}

  /** Whether a segment without SYN has the numbers that the one end has made known. */
  public static boolean fits(Segment segment) {
    Connection connection = segment.connection();
    if (!segment.view().isAck()) {
      return false;
    }
    Stream own = connection.streamOrNull(segment.direction());
    if (own != null) {
      long position = own.space().offsetOf(segment.view().sequence(), own.orgNext());
      return position >= 0 && position <= own.orgNext();
    }
    Stream other = connection.streamOrNull(segment.direction().opposite());
    return other != null && isAnswered(other, segment.view().acknowledgement());
  }

  /** Whether {@code acknowledgement} is one of the SYN that opened {@code stream}. */
  public static boolean isAnswered(Stream stream, int acknowledgement) {
    long position = stream.space().offsetOf(acknowledgement, 0);
    return position >= 0 && position <= stream.orgNext();
  }
}
