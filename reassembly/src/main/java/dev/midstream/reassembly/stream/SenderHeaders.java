package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.segment.HeaderTemplate;

/**
 * The newest headers of one end, for segments that the engine sends in its name. With older values
 * the receiver would drop the segment (PAWS, RFC 7323 section 5.2) or shrink its send window.
 * Derived state, learned from the end's next segment, except what {@link EcnState} names.
 */
public final class SenderHeaders {
  private static final int ID_FIELD = 0xffff;
  private static final int MAX_FIELD = 0xffff;
  private static final int ID_HALF = 0x8000;
  private static final int MIN_ID_DISTANCE = 0x2000;
  private static final int PLAIN_TCP_HEADER_BYTES = 20;
  private static final int MAX_PARTS = (1 << 6) - 1;

  /** The timestamps option and two octets of padding (RFC 7323 appendix A). */
  private static final int TIMESTAMP_BYTES = 12;

  private final HeaderTemplate template = new HeaderTemplate();
  private final NormalHopLimit hopLimit = new NormalHopLimit();
  private final EcnState ecn = new EcnState();
  private final PathMtu pathMtu = new PathMtu();
  private final SenderTimestamps timestamps = new SenderTimestamps();
  private boolean templateKnown;
  private boolean templateOfSyn;
  private long acknowledgement = Long.MIN_VALUE;
  private int window;
  private boolean ackPending;
  private boolean synAckAnswerDue;
  private int largestSegmentBytes;
  private int restAcknowledgement;
  private int restWindow;
  private long restNewEnd = Long.MIN_VALUE;
  private boolean superSegments;
  private boolean rightChecksums;
  private int identification;
  private int recordedParts;

  /** What is known of this end, as far as it takes a record: one bit for each. */
  private int knownParts() {
    return 1
        | (templateKnown ? 1 << 1 : 0)
        | (templateKnown && !templateOfSyn ? 1 << 2 : 0)
        | (timestamps.isKnown() ? 1 << 3 : 0)
        | (timestamps.isMicroseconds() ? 1 << 4 : 0)
        | (hopLimit.isKnown() ? 1 << 5 : 0);
  }

  /** Notes that the headers are in a record. */
  public void noteRecorded() {
    recordedParts = knownParts();
  }

  /** Whether all that is known of this end is in a record; numbers may be newer. */
  public boolean isRecorded() {
    return recordedParts == knownParts();
  }

  /** Writes what is essential but the template. */
  void writeEssential(StateWriter out, long nowNanos) {
    out.flags(templateKnown, templateOfSyn);
    timestamps.writeEssential(out, nowNanos);
    hopLimit.writeEssential(out);
    ecn.writeEssential(out);
  }

  void readEssential(StateReader in, long nowNanos) {
    int flags = in.count(3);
    templateKnown = (flags & 1) != 0;
    templateOfSyn = (flags & 1 << 1) != 0;
    timestamps.readEssential(in, nowNanos);
    hopLimit.readEssential(in);
    ecn.readEssential(in);
    noteRecorded();
  }

  void writeRest(StateWriter out, long nowNanos) {
    out.flags(
        acknowledgement != Long.MIN_VALUE,
        ackPending,
        synAckAnswerDue,
        ecn.areFlagsKnown(),
        ecn.isEchoAnswered(),
        superSegments,
        rightChecksums);
    timestamps.writeRest(out, nowNanos);
    if (acknowledgement != Long.MIN_VALUE) {
      out.signed(acknowledgement);
      out.number(window);
    }
    ecn.writeFlags(out);
    out.number(largestSegmentBytes);
    out.number(identification);
    hopLimit.writeRest(out);
    ecn.writeRest(out);
    pathMtu.write(out, nowNanos);
  }

  void readRest(StateReader in, long nowNanos) {
    int flags = in.count((1 << 7) - 1);
    timestamps.readRest(in, nowNanos);
    if ((flags & 1) != 0) {
      acknowledgement = in.signed();
      window = in.count(MAX_FIELD);
    }
    ackPending = (flags & 1 << 1) != 0;
    synAckAnswerDue = (flags & 1 << 2) != 0;
    superSegments = (flags & 1 << 5) != 0;
    rightChecksums = (flags & 1 << 6) != 0;
    ecn.readFlags(in, (flags & 1 << 3) != 0, (flags & 1 << 4) != 0);
    largestSegmentBytes = in.count(Integer.MAX_VALUE);
    identification = in.count(ID_FIELD);
    hopLimit.readRest(in);
    ecn.readRest(in);
    pathMtu.read(in, nowNanos);
    noteRecorded();
  }

  /** Writes what of the headers is in a record, for the engine whose records they are. */
  public void writeRecorded(StateWriter out) {
    out.number(recordedParts);
  }

  /** Reads what {@link #writeRecorded} wrote. */
  public void readRecorded(StateReader in) {
    recordedParts = in.count(MAX_PARTS);
  }

  /** Notes that a segment of this end had a right checksum where it was recorded. */
  public void noteRightChecksum() {
    rightChecksums = true;
  }

  /** Whether a recording has right checksums of this end, so a wrong one is a damaged segment. */
  public boolean hasRightChecksums() {
    return rightChecksums;
  }

  /** Notes that segments of this end arrive as super-segments, so the port also accepts them. */
  public void noteSuperSegments() {
    superSegments = true;
  }

  /** Whether segments of this end arrived as super-segments. */
  public boolean hasSuperSegments() {
    return superSegments;
  }

  /** Updates the timestamps of this end from a segment; returns whether they are older ones. */
  public boolean updateTimestamps(int value, int echo, boolean old, long nowNanos) {
    return timestamps.update(value, echo, old, nowNanos);
  }

  /** Takes a timestamp of this end that its peer echoes, if this end was not heard here. */
  public void takeEchoedTimestamp(int echoed, long nowNanos) {
    timestamps.takeEchoed(echoed, nowNanos);
  }

  /** Echoes a timestamp of {@code peer} if only the SYN of this end was seen, which echoes none. */
  public void takeSynEcho(SenderHeaders peer) {
    if (peer.timestamps.isKnown()) {
      timestamps.takeSynEcho(peer.timestamps.value());
    }
  }

  /** Advances the timestamp of a silent end, for a segment that the engine sends in its name. */
  public void advanceTimestamp(long nowNanos) {
    timestamps.advance(nowNanos);
  }

  /** Octets of TCP options with which segments of this end leave; a SYN has more of its own. */
  public int optionBytes() {
    int synBytes = timestamps.isKnown() ? TIMESTAMP_BYTES : 0;
    return templateOfSyn ? synBytes : template.tcpHeaderLength() - PLAIN_TCP_HEADER_BYTES;
  }

  /**
   * Takes the acknowledgement and window field with which a segment of this end leaves, if they are
   * the newest. Acknowledgements are original offsets in the other stream.
   */
  public void updateAck(long offset, int windowField) {
    if (offset >= acknowledgement) {
      acknowledgement = offset;
      window = windowField;
    }
  }

  /**
   * Sets the acknowledgement and window field for the next segment of this end. If there is none,
   * the engine sends an ACK.
   */
  public void setPendingAck(long offset, int windowField) {
    updateAck(offset, windowField);
    requireAck();
  }

  /** Notes that the acknowledgement and window left with a segment that their end refuses. */
  public void requireAck() {
    ackPending = true;
  }

  /** Notes that a segment of this end left with the newest acknowledgement and window. */
  public void onAckSent() {
    ackPending = false;
  }

  /** Whether the acknowledgement of {@link #setPendingAck} has not been sent yet. */
  public boolean isAckPending() {
    return ackPending;
  }

  /** Notes that a SYN-ACK was sent to this end. The other end waits for the answer. */
  public void requireSynAckAnswer() {
    synAckAnswerDue = true;
  }

  /** Whether the next segment of this end answers a SYN-ACK; clears the note. */
  public boolean takeSynAckAnswer() {
    boolean taken = synAckAnswerDue;
    synAckAnswerDue = false;
    return taken;
  }

  /**
   * Notes what a segment of this end said that left the connection at rest.
   *
   * @param acknowledgement as it arrived
   * @param windowField as it arrived
   * @param newEnd N of the other stream then
   */
  public void noteAtRest(int acknowledgement, int windowField, long newEnd) {
    restAcknowledgement = acknowledgement;
    restWindow = windowField;
    restNewEnd = newEnd;
  }

  /**
   * Whether a segment without ECN flags says what {@link #noteAtRest} noted, of the same octets. If
   * the end's last segment had ECN flags, it says something else.
   */
  public boolean isSaidAtRest(int acknowledgement, int windowField, long newEnd) {
    return acknowledgement == restAcknowledgement
        && windowField == restWindow
        && newEnd == restNewEnd
        && ecn.flags() == 0;
  }

  /**
   * Captures the headers of the segment in {@code view}, unless they are too long or truncated;
   * returns whether a template is known. Inline they get the normal hop limit and no ECN codepoint:
   * retransmissions and pure ACKs are not ECN-capable (RFC 3168 sections 6.1.4 and 6.1.5). A SYN
   * that comes late, or again, takes no place of another segment: no segment may carry its options.
   *
   * @param carriedBytes the largest part of its payload that arrived in one packet
   */
  public boolean capture(FrameView view, int carriedBytes) {
    boolean isLate = view.isSyn() && templateKnown && !templateOfSyn;
    if (!isLate && template.capture(view)) {
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

  /** Whether the template is that of a SYN, whose options no other segment may carry. */
  public boolean isTemplateOfSyn() {
    return templateOfSyn;
  }

  /** The headers of the last captured segment. */
  public HeaderTemplate template() {
    return template;
  }

  /** The normal hop limit of its segments. */
  public NormalHopLimit hopLimit() {
    return hopLimit;
  }

  /** Its ECN state. */
  public EcnState ecn() {
    return ecn;
  }

  /** What the path to the receiver carries. */
  public PathMtu pathMtu() {
    return pathMtu;
  }

  /**
   * Draws an IPv4 identification for a packet that this end did not send (RFC 6864). The counter
   * stays far from the end's own, so that fragments of both are never reassembled together.
   */
  public int takeIdentification() {
    int distance = (identification - template.ipv4Id()) & ID_FIELD;
    if (distance < MIN_ID_DISTANCE || distance > ID_FIELD - MIN_ID_DISTANCE) {
      identification = template.ipv4Id() + ID_HALF;
    }
    int taken = identification & ID_FIELD;
    identification = (taken + 1) & ID_FIELD;
    return taken;
  }

  /** Whether this end sends timestamps. */
  public boolean hasTimestamps() {
    return timestamps.isKnown();
  }

  /** Whether its clock counts microseconds, as far as it was seen to tick. */
  public boolean hasMicroseconds() {
    return timestamps.isMicroseconds();
  }

  /** Whether the newest timestamp was estimated: no segment of this end brought it here. */
  public boolean isTimestampEstimated() {
    return timestamps.isEstimated();
  }

  /** The newest timestamp value of this end. */
  public int timestampValue() {
    return timestamps.value();
  }

  /** The timestamp echo of the segment with the newest value. */
  public int timestampEcho() {
    return timestamps.echo();
  }

  /** When {@link #timestampValue} was seen. */
  public long timestampNanos() {
    return timestamps.nanos();
  }

  /** When the echo was seen. */
  public long timestampEchoNanos() {
    return timestamps.echoNanos();
  }

  /** The highest acknowledgement sent for this end; {@link Long#MIN_VALUE} before the first. */
  public long acknowledgement() {
    return acknowledgement;
  }

  /** The window field sent with it. */
  public int window() {
    return window;
  }

  /** The largest payload of one segment of this end. */
  public int largestSegmentBytes() {
    return largestSegmentBytes;
  }
}
