package dev.midstream.reassembly.admit;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.SendWindow;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.TcpOptionsView;
import org.jspecify.annotations.Nullable;

/**
 * Whether anything a segment says is to be believed: what its receiver would drop must not become a
 * first copy, nor move an acknowledgement, a window or a time stamp.
 *
 * <p>The order is the receiver's: time stamp (RFC 7323 section 5.3), sequence number, ACK bit,
 * acknowledgement (RFC 9293 section 3.10.7.4, RFC 5961 section 5); the checksum was looked at
 * before. Inline only: what was recorded had been believed or not by then.
 */
public final class AcceptabilityCheck {
  /** The largest window without scaling; older segments than one window are nobody's. */
  private static final long LARGEST_PLAIN_WINDOW = 65_535;

  private final Vantage vantage;

  /** Judges segments read as {@code vantage} says. */
  public AcceptabilityCheck(Vantage vantage) {
    this.vantage = vantage;
  }

  /** Why nothing of a segment without SYN and RST is believed; null if it is. */
  public @Nullable Reason refusal(Segment segment) {
    if (vantage == Vantage.RECORDING) {
      return null;
    }
    if (isOld(segment)) {
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
   * Notes the time stamp of a segment that is believed, if it starts where the receiver is or
   * reaches beyond (RFC 7323 sections 4.3 and 5.3): a blind old one must not make all later ones
   * look older than itself.
   */
  public void believe(Segment segment) {
    Stream stream = segment.stream();
    TcpOptionsView options = segment.view().options();
    long shown = Math.max(0, stream.sender().advertised());
    boolean reaches =
        segment.orgStart() == shown || (segment.orgStart() < shown && segment.orgEnd() > shown);
    if (vantage == Vantage.INLINE && reaches && options.hasTimestamps()) {
      stream.sender().tsRecent(options.timestampValue());
    }
  }

  private static boolean isOld(Segment segment) {
    TcpOptionsView options = segment.view().options();
    return options.hasTimestamps()
        && segment.stream().sender().isOlderThanTsRecent(options.timestampValue());
  }

  /** The number behind a FIN may lie one beyond the edge. */
  private static boolean isOutOfWindow(Segment segment) {
    Stream stream = segment.stream();
    long shown = Math.max(0, stream.sender().advertised());
    long oldest =
        shown - Math.max(LARGEST_PLAIN_WINDOW, stream.receiver().sendWindow().largestWindowBytes());
    return segment.orgStart() > stream.sender().window().edge() + 1 || segment.orgEnd() < oldest;
  }

  /** Neither more than was sent, nor older than the largest window its sender ever offered. */
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
