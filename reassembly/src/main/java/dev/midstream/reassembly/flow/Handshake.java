package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpOptionsView;
import dev.midstream.wire.segment.HeaderTemplate;

/**
 * What one end said in its SYN.
 *
 * @param initialSequence its initial sequence number
 * @param answer whether it was a SYN-ACK
 * @param acknowledgement what it acknowledged; 0 if it was no SYN-ACK
 * @param window the window field, never scaled in a SYN (RFC 7323 section 2.2)
 * @param windowScale its window scale, 0 to 14; -1 if it named none
 * @param maximumSegmentBytes the largest payload it takes; -1 if it named none
 * @param sackPermitted whether it takes selective acknowledgements (RFC 2018)
 * @param timestamps whether it sends timestamps (RFC 7323)
 * @param forbidden whether an option forbids editing: TCP-MD5, TCP-AO, TCP-ENO
 * @param multipath whether it asks for Multipath TCP (RFC 8684)
 * @param damaged whether its options could not be read to the end, or its headers are too long to
 *     send with
 */
public record Handshake(
    int initialSequence,
    boolean answer,
    int acknowledgement,
    int window,
    int windowScale,
    int maximumSegmentBytes,
    boolean sackPermitted,
    boolean timestamps,
    boolean forbidden,
    boolean multipath,
    boolean damaged) {

  /** Reads the SYN (or SYN-ACK) that {@code view} stands on. */
  public static Handshake of(FrameView view) {
    TcpOptionsView options = view.options();
    return new Handshake(
        view.sequence(),
        view.isAck(),
        view.isAck() ? view.acknowledgement() : 0,
        view.windowField(),
        options.windowScale(),
        options.maximumSegmentLength(),
        options.hasSackPermitted(),
        options.hasTimestamps(),
        options.hasMd5() || options.hasAuthentication() || options.hasEncryptionNegotiation(),
        options.hasMultipath(),
        options.isDamaged() || view.payloadOffset() > HeaderTemplate.HEADER_BYTES);
  }

  /**
   * Whether {@code acknowledgement} is one of this SYN, of whose octets {@code mostBytes} may have
   * got through.
   */
  public boolean isAcknowledgedBy(int acknowledgement, int maxBytes) {
    long position = new SequenceSpace(initialSequence).offsetOf(acknowledgement, 0);
    return position >= 0 && position <= maxBytes;
  }
}
