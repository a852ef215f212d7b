package dev.midstream.reassembly.emit;

import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.segment.HeaderTemplate;
import org.jspecify.annotations.Nullable;

/** How large an emitted piece may be. */
final class PieceLimit {
  private static final int LARGEST_PACKET_BYTES = 65_535;
  private static final int SAFE_IPV4_BYTES = 536;
  private static final int SAFE_IPV6_BYTES = 1_220;
  private static final int PLAIN_TCP_HEADER_BYTES = 20;

  /** A receiver that names less would be flooded with headers; Linux sends no less either. */
  private static final int LEAST_BYTES = 48;

  private final boolean inline;

  /** Limits as {@code vantage} allows: a recorded path carried what was recorded. */
  PieceLimit(Vantage vantage) {
    inline = vantage == Vantage.INLINE;
  }

  /**
   * The most payload for one segment of {@code stream}: what the receiver takes, and no more than
   * the path is known to carry. A super-segment stays as large as it came, unless its port was to
   * cut it: what is made here comes to the port as it is to leave. One that came in IP fragments
   * leaves in pieces no larger than those. The first piece of a segment that asks what the path
   * carries (RFC 8899) stays as large, and what routers may fragment does not grow.
   *
   * @param cause the arriving segment the octets leave with; null if there is none
   */
  int measure(Stream stream, HeaderTemplate template, @Nullable Segment cause) {
    int arrived = cause == null ? 0 : cause.length();
    int together = cause == null ? Integer.MAX_VALUE : cause.pieceLimitBytes();
    int optionBytes = template.tcpHeaderLength() - PLAIN_TCP_HEADER_BYTES;
    int taken = Math.max(LEAST_BYTES, stream.receiver().mssBytes() - optionBytes);
    int path = Math.min(LARGEST_PACKET_BYTES, stream.headers().pathMtu().packetBytes());
    int most = Math.min(together, path - template.ipPacketHeaderLength());
    boolean whole = cause != null && cause.packet().gsoBytes() == 0;
    if (arrived > taken && whole && together == Integer.MAX_VALUE) {
      return Math.min(arrived, most);
    }
    int safe = template.ipVersion() == 4 ? SAFE_IPV4_BYTES : SAFE_IPV6_BYTES;
    int own = Math.max(safe, arrivedTogether(cause));
    boolean grows = !inline || arrived == 0 || !template.isIpv4Fragmentable();
    int carried = grows ? Math.max(own, measureCarried(stream)) : own;
    return Math.min(Math.min(taken, carried), most);
  }

  /**
   * The most payload that leaves together, for the port to cut into pieces of {@code most}: many
   * where the port brings super-segments itself, else one piece.
   */
  int together(Stream stream, HeaderTemplate template, int most, @Nullable Segment cause) {
    boolean fragmented = cause != null && cause.pieceLimitBytes() != Integer.MAX_VALUE;
    boolean urgent = cause != null && cause.view().isUrg();
    boolean plain = !fragmented && !urgent && !template.isIpv4Fragmentable();
    if (!inline || !plain || !stream.headers().isInSuperSegments()) {
      return most;
    }
    int room = LARGEST_PACKET_BYTES - template.ipPacketHeaderLength();
    return Math.max(most, room - room % most);
  }

  /** The largest payload that the wire was to see of the arriving segment at once. */
  private static int arrivedTogether(@Nullable Segment cause) {
    if (cause == null) {
      return 0;
    }
    int pieceBytes = cause.packet().gsoBytes();
    return pieceBytes > 0 ? Math.min(pieceBytes, cause.length()) : cause.length();
  }

  private int measureCarried(Stream stream) {
    return inline
        ? stream.headers().pathMtu().measure(stream.acknowledged())
        : stream.headers().largestSegmentBytes();
  }
}
