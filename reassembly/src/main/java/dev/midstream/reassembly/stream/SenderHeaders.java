package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.offset.TimestampOrder;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.segment.HeaderTemplate;

/**
 * The newest headers of one end: what a segment that the engine sends in its name must carry. A
 * segment with older values would be dropped by the receiver (PAWS, RFC 7323 section 5.2) or take
 * its window back.
 */
public final class SenderHeaders {
  private static final int ID_FIELD = 0xffff;
  private static final int ID_HALF = 0x8000;
  private static final int ID_MIN_DISTANCE = 0x2000;

  private final HeaderTemplate template = new HeaderTemplate();
  private final NormalHopLimit hopLimit = new NormalHopLimit();
  private final EcnState ecn = new EcnState();
  private final PathMtu pathMtu = new PathMtu();
  private boolean templateKnown;
  private boolean templateOfSyn;
  private boolean timestampKnown;
  private int timestampValue;
  private int timestampEcho;
  private long acknowledgement = Long.MIN_VALUE;
  private int window;
  private boolean ackPending;
  private int largestSegmentBytes;
  private int ecnFlags;
  private boolean superSegments;
  private int identification;

  /** Segments of this end come as super-segments, so the port takes such too. */
  public void noteSuperSegments() {
    superSegments = true;
  }

  /** Whether a port has brought super-segments of this end. */
  public boolean hasSuperSegments() {
    return superSegments;
  }

  /**
   * Takes the timestamps of a segment of this end if they are the newest.
   *
   * @return whether the newest are others than the segment's own
   */
  public boolean updateTimestamps(int value, int echo) {
    if (!timestampKnown || !TimestampOrder.isBefore(value, timestampValue)) {
      timestampKnown = true;
      timestampValue = value;
      timestampEcho = echo;
      return false;
    }
    return true;
  }

  /**
   * Takes the acknowledgement and window field a segment of this end leaves with, if they are the
   * newest. Acknowledgements are offsets in the other stream, as shown to its sender.
   */
  public void updateAck(long offset, int windowField) {
    if (offset >= acknowledgement) {
      acknowledgement = offset;
      window = windowField;
    }
  }

  /**
   * Takes the acknowledgement and window field that the next segment of this end is to leave with,
   * or one of its own if there is none.
   */
  public void setPendingAck(long offset, int windowField) {
    updateAck(offset, windowField);
    ackPending = true;
  }

  /** A segment of this end has left with the newest acknowledgement and window. */
  public void ackSent() {
    ackPending = false;
  }

  /** Whether no segment of this end has left yet with what it {@link #owes}. */
  public boolean isAckPending() {
    return ackPending;
  }

  /**
   * Keeps the headers of the segment {@code view} stands on, if they are neither too long nor cut
   * off: inline with the normal hop limit, and without a congestion mark, as what an end repeats or
   * only acknowledges leaves (RFC 3168 sections 6.1.4 and 6.1.5).
   *
   * @param carriedBytes the most of its payload that came in one packet
   * @return whether there are headers to send with
   */
  public boolean capture(FrameView view, int carriedBytes) {
    if (template.capture(view)) {
      templateKnown = true;
      templateOfSyn = view.isSyn();
      if (hopLimit.isBinding()) {
        template.hopLimit(hopLimit.value());
        template.ecn(0);
      }
    }
    if (view.isSyn()) {
      ecn.onSyn(view.flags());
    }
    largestSegmentBytes = Math.max(largestSegmentBytes, carriedBytes);
    return templateKnown;
  }

  /** Whether there is a template to send with. */
  public boolean isTemplateKnown() {
    return templateKnown;
  }

  /** Whether the template is a SYN's, with options that belong to no other segment. */
  public boolean isTemplateOfSyn() {
    return templateOfSyn;
  }

  /** Whether no segment was kept but a SYN; that of a rival is not. */
  public boolean hasOnlySyn() {
    return templateOfSyn || !templateKnown;
  }

  /** The headers of the last segment kept. */
  public HeaderTemplate template() {
    return template;
  }

  /** The hop limit its segments normally have. */
  public NormalHopLimit hopLimit() {
    return hopLimit;
  }

  /** What its IP headers say of congestion. */
  public EcnState ecn() {
    return ecn;
  }

  /** What the path to the receiver carries. */
  public PathMtu pathMtu() {
    return pathMtu;
  }

  /**
   * Takes an identification for an IPv4 packet that this end has not sent (RFC 6864): a counter far
   * from the end's own, so that no fragments of both are reassembled together.
   */
  public int takeIdentification() {
    int distance = (identification - template.ipv4Id()) & ID_FIELD;
    if (distance < ID_MIN_DISTANCE || distance > ID_FIELD - ID_MIN_DISTANCE) {
      identification = template.ipv4Id() + ID_HALF;
    }
    int taken = identification & ID_FIELD;
    identification = (taken + 1) & ID_FIELD;
    return taken;
  }

  /** Whether this end sends timestamps. */
  public boolean hasTimestamps() {
    return timestampKnown;
  }

  /** The newest timestamp value of this end. */
  public int timestampValue() {
    return timestampValue;
  }

  /** What the segment with the newest value echoed. */
  public int timestampEcho() {
    return timestampEcho;
  }

  /** The highest acknowledgement this end was let say; {@link Long#MIN_VALUE} before the first. */
  public long acknowledgement() {
    return acknowledgement;
  }

  /** The window field that left with it. */
  public int window() {
    return window;
  }

  /** Takes the congestion flags of a segment of this end; whether they changed. */
  public boolean updateEcnFlags(int flags) {
    boolean changed = flags != ecnFlags;
    ecnFlags = flags;
    return changed;
  }

  /** The congestion flags this end sent last. */
  public int ecnFlags() {
    return ecnFlags;
  }

  /** The largest payload of one segment of this end. */
  public int largestSegmentBytes() {
    return largestSegmentBytes;
  }
}
