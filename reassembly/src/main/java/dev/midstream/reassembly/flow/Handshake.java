package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpOptionsView;
import dev.midstream.wire.segment.HeaderTemplate;

/**
 * The contents of the SYN or SYN-ACK of one end.
 *
 * @param initialSequence the initial sequence number
 * @param answer whether it was a SYN-ACK
 * @param acknowledgement the acknowledgement number; 0 if it was no SYN-ACK
 * @param window the window field, never scaled in a SYN (RFC 7323 section 2.2)
 * @param windowScale the window scale, 0 to 14; -1 without the option
 * @param maximumSegmentBytes the MSS; -1 without the option
 * @param sackPermitted whether SACK is permitted (RFC 2018)
 * @param timestamps whether timestamps are sent (RFC 7323)
 * @param forbidden whether an option forbids editing: TCP-MD5, TCP-AO, TCP-ENO
 * @param multipath whether it requests Multipath TCP (RFC 8684)
 * @param damaged whether its options are malformed, or its headers are too long for a template
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
  private static final int MAX_FIELD = 65_535;
  private static final int MAX_SCALE = 255;

  /** Reads the SYN or SYN-ACK in {@code view}. */
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

  void write(StateWriter out) {
    int options = (forbidden ? 8 : 0) | (multipath ? 16 : 0) | (damaged ? 32 : 0);
    out.number((answer ? 1 : 0) | (sackPermitted ? 2 : 0) | (timestamps ? 4 : 0) | options);
    out.int32(initialSequence);
    if (answer) {
      out.int32(acknowledgement);
    }
    out.number(window);
    out.number(windowScale + 1);
    out.number(maximumSegmentBytes + 1);
  }

  static Handshake read(StateReader in) {
    int flags = in.count((1 << 6) - 1);
    boolean answer = (flags & 1) != 0;
    return new Handshake(
        in.int32(),
        answer,
        answer ? in.int32() : 0,
        in.count(MAX_FIELD),
        in.count(MAX_SCALE + 1) - 1,
        in.count(MAX_FIELD + 1) - 1,
        (flags & 1 << 1) != 0,
        (flags & 1 << 2) != 0,
        (flags & 1 << 3) != 0,
        (flags & 1 << 4) != 0,
        (flags & 1 << 5) != 0);
  }

  /**
   * Whether this is a SYN-ACK with the contents of {@code syn}, a SYN of the same end. It may leave
   * out what {@code other}, the SYN of the other end, does not offer (RFC 7323 sections 2.2, 3.2).
   */
  boolean isAnswerWith(Handshake syn, Handshake other) {
    Handshake asSyn =
        new Handshake(
            initialSequence,
            false,
            0,
            window,
            other.windowScale >= 0 ? windowScale : syn.windowScale,
            maximumSegmentBytes,
            other.sackPermitted ? sackPermitted : syn.sackPermitted,
            other.timestamps ? timestamps : syn.timestamps,
            forbidden,
            multipath,
            damaged);
    return answer && asSyn.equals(syn);
  }

  /**
   * Whether {@code acknowledgement} acknowledges this SYN and at most {@code maxBytes} octets on
   * it.
   */
  public boolean isAcknowledgedBy(int acknowledgement, int maxBytes) {
    long position = new SequenceSpace(initialSequence).offsetOf(acknowledgement, 0);
    return position >= 0 && position <= maxBytes;
  }
}
