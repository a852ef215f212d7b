package dev.midstream.reassembly.flow;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.modcmd.map.UrgentRule;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The current segment: its headers, its connection, its place in the sender's stream, and what its
 * processing found. Reused for each packet; nothing is kept between packets.
 */
public final class Segment {
  private final FrameView view = new FrameView();
  private final HeaderEditor editor = new HeaderEditor();
  private final ConnectionKey key = new ConnectionKey();
  private @Nullable Connection connection;
  private @Nullable Stream stream;
  private @Nullable Stream reverse;
  private @Nullable PacketOutput output;
  private Direction direction = Direction.CLIENT_TO_SERVER;
  private long nowNanos;
  private int flags;
  private int acknowledgement;
  private int windowField;
  private int hopLimit;
  private long newUrgentEnd;
  private int pieceLimitBytes;
  private boolean trimmed;
  private boolean checksumWrong;
  private boolean advertisesMore;
  private boolean acknowledgesMore;
  private boolean windowMoved;
  private boolean answersReport;
  private boolean predicted;
  private boolean passedAtRest;
  private boolean recorded;
  private int halfOpen = SynCache.NONE;
  private boolean opening;
  private long orgStart;
  private long orgEnd;

  /** The headers; valid after the packet was parsed. */
  public FrameView view() {
    return view;
  }

  /** The connection key; valid after the look-up. */
  public ConnectionKey key() {
    return key;
  }

  public HeaderEditor editor() {
    return editor;
  }

  /**
   * Starts processing the segment for {@code connection}.
   *
   * @param pieceLimitBytes maximum payload of one packet, the largest that is known to pass
   */
  public void enter(
      Connection connection, int pieceLimitBytes, long nowNanos, PacketOutput output) {
    this.connection = connection;
    this.pieceLimitBytes = pieceLimitBytes;
    stream = null;
    reverse = null;
    direction = connection.directionOf(key);
    this.nowNanos = nowNanos;
    this.output = output;
    flags = view.flags();
    acknowledgement = view.acknowledgement();
    windowField = view.windowField();
    hopLimit = view.hopLimit();
    newUrgentEnd = UrgentRule.NO_END;
    trimmed = false;
    checksumWrong = false;
    predicted = false;
    passedAtRest = false;
    noteHeaders(false, false, false);
    answersReport = false;
  }

  /** Notes that its TCP checksum is wrong, so it must not leave unchanged. */
  public void markChecksumWrong() {
    checksumWrong = true;
  }

  public boolean isChecksumWrong() {
    return checksumWrong;
  }

  /**
   * Stores what the rewritten headers mean.
   *
   * @param advertisesMore whether they advertise more to the other end than before
   * @param acknowledgesMore whether the segment acknowledges more than before
   * @param windowMoved whether it moves the receiver's right edge
   */
  public void noteHeaders(boolean advertisesMore, boolean acknowledgesMore, boolean windowMoved) {
    this.advertisesMore = advertisesMore;
    this.acknowledgesMore = acknowledgesMore;
    this.windowMoved = windowMoved;
  }

  /** Notes that it has CWR, and that its receiver waits for that because it reported a mark. */
  public void noteReduction() {
    answersReport = true;
  }

  /**
   * Whether its rewritten headers carry something new for the other end: an acknowledgement, a
   * window, SACK blocks, ECN flags, or the answer to its SYN-ACK.
   */
  public boolean advertisesMore() {
    return advertisesMore || answersReport;
  }

  /** The same, but for CWR, which no ACK of the engine's own repeats. */
  public boolean advertisesMoreThanReduction() {
    return advertisesMore;
  }

  /** Whether it acknowledges only octets that the engine sent, so it is not forwarded. */
  public boolean isForEngineOnly() {
    return acknowledgesMore && !advertisesMore();
  }

  /** Whether it acknowledges more than any segment of its end before it. */
  public boolean acknowledgesMore() {
    return acknowledgesMore;
  }

  /** Whether its rewritten headers carry nothing new. */
  public boolean isDuplicateAck() {
    return !acknowledgesMore && !advertisesMore();
  }

  public boolean isWindowMoved() {
    return windowMoved;
  }

  public void setPredicted(boolean isPredicted) {
    predicted = isPredicted;
  }

  /**
   * Whether it is what header prediction expects: it carries the next octets or none, and no option
   * but timestamps.
   */
  public boolean isPredicted() {
    return predicted;
  }

  /**
   * Notes that it passed unchanged and left its connection at rest, as it was before.
   *
   * @param isRecorded whether the last record of the connection holds all of it still
   */
  public void notePassedAtRest(boolean isRecorded) {
    passedAtRest = true;
    recorded = isRecorded;
    stream().headers().noteAtRest(acknowledgement, windowField, reverse().newEnd());
  }

  /** Whether the connection was at rest before and is unchanged, but for its acknowledgements. */
  public boolean passedAtRest() {
    return passedAtRest;
  }

  /** Whether a record holds all of the connection, after the segment passed at rest. */
  public boolean isRecorded() {
    return recorded;
  }

  /** Maximum payload of one packet of this segment. */
  public int pieceLimitBytes() {
    return pieceLimitBytes;
  }

  /** The largest part of its payload that arrived in one packet. */
  public int carriedBytes() {
    return Math.min(view.payloadLength(), pieceLimitBytes);
  }

  /** The control bits with which it leaves. */
  public int flags() {
    return flags;
  }

  public void setFlags(int flags) {
    this.flags = flags;
  }

  /**
   * Whether its receiver may be closed while the other end is not, because the engine ended a
   * stream, or acknowledges later than the receiver did: it acknowledged the FIN that it got, and
   * its own FIN is acknowledged. It answers any segment with a RST, and the engine answers in its
   * place.
   */
  public boolean isReceiverClosed() {
    return isClosed(stream(), reverse());
  }

  /** Whether its sender may be closed, as {@link #isReceiverClosed} says. */
  public boolean isSenderClosed() {
    return isClosed(reverse(), stream());
  }

  /** Whether its receiver was reset, and not its sender. */
  public boolean isReceiverReset() {
    return connection().openPhase().isReceiverReset(direction);
  }

  /** Whether its sender was reset, and not its receiver. */
  public boolean isSenderReset() {
    return connection().openPhase().isSenderReset(direction);
  }

  private static boolean isClosed(Stream toEnd, Stream fromEnd) {
    FinMap fin = toEnd.edits().fin();
    return (fin.isOwn() || fromEnd.edits().fin().isOwn())
        && fin.isAcknowledgedBy(toEnd.acknowledged())
        && fromEnd.isFinAcknowledged();
  }

  /** Sets the stream of the segment, and computes its place there. */
  public void place(Stream stream) {
    this.stream = stream;
    reverse = connection().streamOrNull(direction.opposite());
    long offset = stream.space().offsetOf(view.sequence(), stream.heldEnd());
    orgStart = view.isSyn() ? offset + 1 : offset;
    orgEnd = orgStart + view.payloadLength();
  }

  /** Completes the checksum of a segment that is sent from its own memory. */
  public void finish() {
    if (checksumWrong) {
      editor.completeChecksum();
    } else {
      editor.done();
    }
  }

  public Connection connection() {
    return Objects.requireNonNull(connection, "no segment on the path");
  }

  /** The output for the packets that it causes. */
  public PacketOutput output() {
    return Objects.requireNonNull(output, "no segment on the path");
  }

  public Direction direction() {
    return direction;
  }

  /** The stream of its octets. */
  public Stream stream() {
    return stream != null ? stream : connection().stream(direction);
  }

  /** The stream that its acknowledgement refers to. */
  public Stream reverse() {
    return reverse != null ? reverse : connection().stream(direction.opposite());
  }

  public long nowNanos() {
    return nowNanos;
  }

  /** Where its payload starts, in original space. */
  public long orgStart() {
    return orgStart;
  }

  /** Where its payload ends, in original space. */
  public long orgEnd() {
    return orgEnd;
  }

  /** Where its octets that are not held yet start, in original space; may be beyond its end. */
  public long unheldStart() {
    return Math.max(orgStart, stream().heldEnd());
  }

  /** Number of payload octets to process. */
  public int length() {
    return (int) (orgEnd - orgStart);
  }

  /** Excludes the octets that a capture truncated. */
  public void trimToPresent() {
    trimmed |= view.presentPayloadLength() < view.payloadLength();
    orgEnd = Math.min(orgEnd, orgStart + view.presentPayloadLength());
  }

  /** Sets the record from which its half-open connection was restored, and whether it opened it. */
  public void setHalfOpen(int record, boolean isOpening) {
    halfOpen = record;
    opening = isOpening;
  }

  /** The record from which its half-open connection was restored; or {@link SynCache#NONE}. */
  public int halfOpen() {
    return halfOpen;
  }

  /** Whether it has opened its connection. */
  public boolean isOpening() {
    return opening;
  }

  /** Drops the octets from {@code orgEnd} on, and the FIN after them. */
  public void trimTo(long orgEnd) {
    trimmed = true;
    this.orgEnd = orgEnd;
    if (view.isFin()) {
      editor.edit(view);
      clearFin();
      editor.done();
    }
  }

  /** Clears the FIN, which its sender will retransmit; the editor must be open. */
  public void clearFin() {
    if (view.isFin()) {
      flags &= ~TcpFlags.FIN;
      editor.flags(flags);
    }
  }

  /** Drops the octets from {@code orgEnd} on, and the PSH and FIN after them. */
  public void dropFrom(long orgEnd) {
    trimTo(orgEnd);
    flags &= ~TcpFlags.PSH;
    editor.edit(view).flags(flags).done();
  }

  /** The maximum hop limit with which it leaves. */
  public int hopLimit() {
    return hopLimit;
  }

  public void setHopLimit(int hopLimit) {
    this.hopLimit = hopLimit;
  }

  /** Whether some of its octets are excluded. */
  public boolean isTrimmed() {
    return trimmed;
  }

  /** The acknowledgement number with which it arrived. */
  public int acknowledgement() {
    return acknowledgement;
  }

  /** The window field with which it arrived, not scaled. */
  public int windowField() {
    return windowField;
  }

  /** Sets the end of its urgent octets in new space; {@link UrgentRule#NO_END} for none. */
  public void setUrgentEnd(long newPosition) {
    newUrgentEnd = newPosition;
  }

  /** The urgent pointer relative to {@code newStart}; -1 if the segment has none there. */
  public int urgentPointerFrom(long newStart) {
    return UrgentRule.pointer(newStart, newUrgentEnd);
  }

  /** Position of its FIN in original space, if it carries one. */
  public long orgFin() {
    return orgStart + view.payloadLength();
  }

  /** The memory of its payload. */
  public MemorySegment memory() {
    return view.packet().memory();
  }

  /** The offset in {@link #memory} of the payload octet at {@code orgPosition}. */
  public long memoryOffsetOf(long orgPosition) {
    return view.packet().offset() + view.payloadOffset() + (orgPosition - orgStart);
  }

  public Packet packet() {
    return view.packet();
  }
}
