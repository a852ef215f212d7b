package dev.midstream.reassembly.admit;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.SendWindow;
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
 */
public final class AcceptabilityCheck {
  /** Largest window without scaling. A segment more than a window below is not acceptable. */
  private static final long MAX_UNSCALED_WINDOW = 65_535;

  private final Vantage vantage;

  public AcceptabilityCheck(Vantage vantage) {
    this.vantage = vantage;
  }

  /** Why a segment without SYN and RST is not acceptable; null if it is. */
  public @Nullable Reason refusal(Segment segment) {
    if (vantage == Vantage.RECORDING) {
      return null;
    }
    TcpOptionsView options = segment.view().options();
    if (options.hasTimestamps()
        && segment
            .stream()
            .sender()
            .isOlderThanTsRecent(options.timestampValue(), segment.nowNanos())) {
      return Reason.PAWS;
    }
    if (segment.connection().isPickedUp()) {
      return null;
    }
    if (isOutOfWindow(segment)) {
      return Reason.OUT_OF_WINDOW;
    }
    return segment.view().isAck() ? acknowledging(segment) : Reason.MALFORMED;
  }

  /**
   * Updates TS.Recent from an acceptable segment that starts at or below the advertised
   * acknowledgement (RFC 7323 sections 4.3 and 5.3) and covers it. A keep-alive, one octet below,
   * counts too. Otherwise a blind old segment could make all later ones look older.
   */
  public void updateTsRecent(Segment segment) {
    Stream stream = segment.stream();
    TcpOptionsView options = segment.view().options();
    long advertised = Math.max(0, stream.sender().advertised());
    boolean reaches =
        segment.orgStart() <= advertised
            && (segment.orgEnd() > advertised || segment.orgStart() >= advertised - 1);
    if (vantage == Vantage.INLINE && reaches && options.hasTimestamps()) {
      stream.sender().setTsRecent(options.timestampValue(), segment.nowNanos());
    }
  }

  /** The sequence number after a FIN may lie one beyond the right edge. */
  private static boolean isOutOfWindow(Segment segment) {
    Stream stream = segment.stream();
    long advertised = Math.max(0, stream.sender().advertised());
    long oldest =
        advertised
            - Math.max(MAX_UNSCALED_WINDOW, stream.receiver().sendWindow().largestWindowBytes());
    return segment.orgStart() > stream.sender().window().edge() + 1 || segment.orgEnd() < oldest;
  }

  /** Refuses acknowledgements of unsent octets, and those older than the largest window. */
  private static @Nullable Reason acknowledging(Segment segment) {
    Stream reverse = segment.reverse();
    SendWindow sendWindow = reverse.receiver().sendWindow();
    long position =
        reverse.space().offsetOf(segment.view().acknowledgement(), sendWindow.acknowledged());
    if (reverse.edits().fin().refuses(position, reverse.releasedEnd())) {
      return Reason.ACK_BEYOND_SENT;
    }
    long oldest = sendWindow.acknowledged() - sendWindow.largestWindowBytes();
    return position < oldest ? Reason.OUT_OF_WINDOW : null;
  }
}
