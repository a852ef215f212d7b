package dev.midstream.reassembly.emit;

import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.segment.HeaderTemplate;
import org.jspecify.annotations.Nullable;

/** The largest payload of an emitted segment. */
final class PieceLimit {
  private static final int MAX_PACKET_BYTES = 65_535;
  private static final int SAFE_IPV4_BYTES = 536;
  private static final int SAFE_IPV6_BYTES = 1_220;

  /** A full super-segment of 1,448 octets each has as many. */
  private static final int SEGMENTS_OF_BURST = 45;

  private static final int SUPER_SEGMENTS_OF_BURST = 2;

  private final boolean inline;

  /** In a recording the path is known to carry every recorded size. */
  PieceLimit(Vantage vantage) {
    inline = vantage == Vantage.INLINE;
  }

  /**
   * Updates and returns the largest payload of one segment of {@code stream}: at most the MSS of
   * the receiver and the largest size that the path is known to carry. A segment larger than the
   * MSS keeps its size, unless the port was to cut it. The first piece of a probe for the path MTU
   * keeps its size, too (RFC 8899). No piece is larger than the IP fragments that brought it, and a
   * packet that routers may fragment does not grow.
   *
   * @param cause the arriving segment with which the octets leave; null if there is none
   */
  int update(Stream stream, @Nullable Segment cause) {
    HeaderTemplate template = stream.headers().template();
    int arrived = cause == null ? 0 : cause.length();
    int together = cause == null ? Integer.MAX_VALUE : cause.pieceLimitBytes();
    int optionBytes = stream.headers().optionBytes();
    int mssBytes = stream.receiver().mssBytes() - optionBytes;
    int path = Math.min(MAX_PACKET_BYTES, stream.headers().pathMtu().packetBytes());
    int maxBytes = Math.min(together, path - template.ipPacketHeaderLength());
    boolean whole = cause != null && cause.packet().gsoBytes() == 0;
    if (arrived > mssBytes && whole && together == Integer.MAX_VALUE) {
      return Math.min(arrived, maxBytes);
    }
    int safe = template.ipVersion() == 4 ? SAFE_IPV4_BYTES : SAFE_IPV6_BYTES;
    int own = cause == null ? safe : Math.max(safe, wireBytes(cause));
    boolean grows = !inline || arrived == 0 || !template.isIpv4Fragmentable();
    int carried = grows ? Math.max(own, updateCarried(stream)) : own;
    return Math.min(Math.min(mssBytes, carried), maxBytes);
  }

  /**
   * The largest payload of one packet, which the port cuts into pieces of {@code maxBytes}: several
   * pieces if the port delivers super-segments itself, else one.
   */
  int together(Stream stream, int maxBytes, @Nullable Segment cause) {
    HeaderTemplate template = stream.headers().template();
    boolean fragmented = cause != null && cause.pieceLimitBytes() != Integer.MAX_VALUE;
    boolean urgent = cause != null && cause.view().isUrg();
    boolean plain = !fragmented && !urgent && !template.isIpv4Fragmentable();
    if (!inline || !plain || !stream.headers().hasSuperSegments()) {
      return maxBytes;
    }
    int room = MAX_PACKET_BYTES - template.ipPacketHeaderLength();
    return Math.max(maxBytes, room - room % maxBytes);
  }

  /** The most octets that leave for one packet or timer: 45 segments, or two super-segments. */
  long updateBurst(Stream stream) {
    int maxBytes = update(stream, null);
    int together = together(stream, maxBytes, null);
    long superBytes = together > maxBytes ? SUPER_SEGMENTS_OF_BURST * (long) together : 0;
    return Math.max(SEGMENTS_OF_BURST * (long) maxBytes, superBytes);
  }

  /** The largest payload in one packet on the wire, for a segment that may be a super-segment. */
  static int wireBytes(Segment segment) {
    int gsoBytes = segment.packet().gsoBytes();
    return gsoBytes > 0 ? Math.min(gsoBytes, segment.length()) : segment.length();
  }

  /** Updates and returns the largest payload that leaves at once with {@code segment}. */
  int updateTogether(Segment segment) {
    return together(segment.stream(), update(segment.stream(), segment), segment);
  }

  private int updateCarried(Stream stream) {
    return inline
        ? stream.headers().pathMtu().acceptProven(stream.acknowledged())
        : stream.headers().largestSegmentBytes();
  }
}
