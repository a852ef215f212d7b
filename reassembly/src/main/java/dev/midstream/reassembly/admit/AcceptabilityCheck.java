package dev.midstream.reassembly.admit;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.SendWindow;
import dev.midstream.reassembly.stream.SenderSide;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.TcpOptionsView;
import org.jspecify.annotations.Nullable;

/**
 * The acceptability check. A segment that the receiver would drop must not become a first copy, nor
 * move an acknowledgement, a window or a timestamp (H-41).
 *
 * <p>The order is that of the receiver: timestamp (RFC 7323 section 5.3), sequence number, ACK bit,
 * acknowledgement (RFC 9293 section 3.10.7.4, RFC 5961 section 5). The checksum was verified
 * before. In a recording all segments are acceptable, because the receiver made its choice long
 * ago.
 *
 * <p>A timestamp is missing only from an end that agreed on timestamps and sends them (RFC 7323
 * section 3.2). Ends exist that agree on them and never send them after their SYN, and ends whose
 * keep-alives have none; their peers tolerate it.
 */
public final class AcceptabilityCheck {
  /** Largest window without scaling. A segment more than a window below is not acceptable. */
  private static final long MAX_UNSCALED_WINDOW = 65_535;

  /** So far beyond the edge a sender may be whose octets are lost: the largest window. */
  private static final long MOST_AHEAD_BYTES = 1L << 30;

  private final Vantage vantage;

  public AcceptabilityCheck(Vantage vantage) {
    this.vantage = vantage;
  }

  /** Why a segment without SYN and RST is not acceptable; null if it is. */
  public @Nullable Reason refusal(Segment segment) {
    if (vantage == Vantage.RECORDING) {
      return null;
    }
    Reason timestampRefusal = timestampRefusal(segment);
    if (timestampRefusal != null) {
      return timestampRefusal;
    }
    if (segment.connection().isPickedUp()) {
      return null;
    }
    if (isOutOfWindow(segment)) {
      return Reason.OUT_OF_WINDOW;
    }
    return segment.view().isAck() ? acknowledging(segment) : Reason.MALFORMED;
  }

  /** Whether the timestamp of a segment, or its absence, is as that of the segments before it. */
  public boolean isInOrder(Segment segment) {
    return timestampRefusal(segment) == null && !lacksTimestamp(segment);
  }

  private static @Nullable Reason timestampRefusal(Segment segment) {
    TcpOptionsView options = segment.view().options();
    SenderSide sender = segment.stream().sender();
    if (options.hasTimestamps()) {
      boolean old = sender.isOlderThanTsRecent(options.timestampValue(), segment.nowNanos());
      return old ? Reason.PAWS : null;
    }
    return lacksTimestamp(segment) && !isKeepAlive(segment) ? Reason.MISSING_TIMESTAMP : null;
  }

  /** Whether a segment lacks the timestamp that its end agreed on and sent before, not on a SYN. */
  public static boolean lacksTimestamp(Segment segment) {
    return !segment.view().options().hasTimestamps()
        && segment.stream().sender().isTimestamping()
        && segment.connection().handshakes().isTimestampAgreed();
  }

  /** Whether a segment is a keep-alive, from which some ends omit the timestamp. */
  private static boolean isKeepAlive(Segment segment) {
    return segment.orgStart() == segment.stream().sender().advertised() - 1
        && segment.length() <= 1
        && !segment.view().isFin();
  }

  /**
   * Updates TS.Recent from an acceptable segment that starts at or below the advertised
   * acknowledgement (RFC 7323 sections 4.3 and 5.3) and covers it. A keep-alive, one octet below,
   * counts too. Otherwise a blind old segment could make all later ones look older.
   */
  public void updateTsRecent(Segment segment) {
    TcpOptionsView options = segment.view().options();
    if (vantage == Vantage.RECORDING || !options.hasTimestamps()) {
      return;
    }
    SenderSide sender = segment.stream().sender();
    sender.noteTimestamp();
    long advertised = furthestAdvertised(segment.stream());
    if (segment.orgStart() <= advertised
        && (segment.orgEnd() > advertised || segment.orgStart() >= advertised - 1)) {
      sender.setTsRecent(options.timestampValue(), segment.nowNanos());
    }
  }

  /**
   * The acknowledgement that was advertised to the sender. The engine before this one may have
   * advertised one up to the end of what arrived in order.
   */
  private static long furthestAdvertised(Stream stream) {
    boolean unknown = stream.receiver().inherited().isWindowUnknown();
    long advertised = stream.sender().advertised();
    return Math.max(0, unknown ? Math.max(advertised, stream.heldEnd()) : advertised);
  }

  /** The sequence number after a FIN may lie one beyond the right edge. */
  private static boolean isOutOfWindow(Segment segment) {
    Stream stream = segment.stream();
    long advertised = Math.max(0, stream.sender().advertised());
    long oldest =
        advertised
            - Math.max(MAX_UNSCALED_WINDOW, stream.receiver().sendWindow().largestWindowBytes());
    return segment.orgStart() > furthestEdge(stream) + 1 || segment.orgEnd() < oldest;
  }

  /**
   * The furthest right edge that may have been advertised to the sender, also by the engine before
   * this one.
   */
  private static long furthestEdge(Stream stream) {
    return Math.max(stream.sender().window().edge(), stream.receiver().inherited().orgEdge());
  }

  /**
   * Whether a segment that is refused may be of a sender that is windows ahead of all records:
   * where acknowledgements did not wait for them, its receiver may have that much of which this
   * engine does not know. One of a few segments that are made up blindly fits, too.
   */
  public boolean mayBeAhead(Segment segment) {
    Stream stream = segment.stream();
    long edge = furthestEdge(stream) + 1;
    return segment.orgStart() > edge
        && segment.orgStart() - MOST_AHEAD_BYTES <= edge
        && stream.receiver().inherited().mayBeForgotten()
        && isInOrder(segment)
        && segment.view().isAck()
        && acknowledging(segment) == null;
  }

  /** Refuses acknowledgements of unsent octets, and those older than the largest window. */
  private static @Nullable Reason acknowledging(Segment segment) {
    Stream reverse = segment.reverse();
    SendWindow sendWindow = reverse.receiver().sendWindow();
    long position =
        reverse.space().offsetOf(segment.view().acknowledgement(), sendWindow.acknowledged());
    if (reverse.receiver().isBeyondSent(position)) {
      return Reason.ACK_BEYOND_SENT;
    }
    long oldest = sendWindow.acknowledged() - sendWindow.largestWindowBytes();
    return position < oldest ? Reason.OUT_OF_WINDOW : null;
  }
}
