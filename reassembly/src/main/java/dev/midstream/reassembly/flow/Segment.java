package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.map.UrgentRule;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The segment on the path now: where it lies, whose it is, and its place in the sender's stream.
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
  private int hopLimit;
  private long newUrgentEnd;
  private int pieceLimitBytes = Integer.MAX_VALUE;
  private boolean cut;
  private boolean checksumWrong;
  private boolean advertisesMore;
  private boolean acknowledgesMore;
  private boolean completesHandshake;
  private boolean windowMoved;
  private boolean plain;
  private long orgStart;
  private long orgEnd;

  /** The headers; valid after the packet was read. */
  public FrameView view() {
    return view;
  }

  /** The key of its connection; valid after the look-up. */
  public ConnectionKey key() {
    return key;
  }

  /** Changes header fields in place. */
  public HeaderEditor editor() {
    return editor;
  }

  /** Puts the segment on the path of {@code connection}. */
  public void enter(
      Connection connection, Direction direction, long nowNanos, PacketOutput output) {
    this.connection = connection;
    stream = null;
    reverse = null;
    this.direction = direction;
    this.nowNanos = nowNanos;
    this.output = output;
    flags = view.flags();
    acknowledgement = view.acknowledgement();
    hopLimit = view.hopLimit();
    newUrgentEnd = UrgentRule.NO_END;
    pieceLimitBytes = Integer.MAX_VALUE;
    cut = false;
    checksumWrong = false;
    plain = false;
    headersRewritten(false, false, false, false);
  }

  /** Notes that its TCP checksum is wrong: it must not leave as it lies. */
  public void checksumWrong() {
    checksumWrong = true;
  }

  /** Whether its TCP checksum is wrong. */
  public boolean isChecksumWrong() {
    return checksumWrong;
  }

  /**
   * Notes what its rewritten headers mean.
   *
   * @param tellsMore whether they tell the other end more than it knows
   * @param acknowledgesMore whether they acknowledge more than was acknowledged before
   * @param opensServer whether the server waits for them to open the connection
   * @param windowMoved whether they move the right edge
   */
  public void headersRewritten(
      boolean advertisesMore,
      boolean acknowledgesMore,
      boolean completesHandshake,
      boolean windowMoved) {
    this.advertisesMore = advertisesMore;
    this.acknowledgesMore = acknowledgesMore;
    this.completesHandshake = completesHandshake;
    this.windowMoved = windowMoved;
  }

  /**
   * Whether its rewritten headers tell the other end more than it knows: an acknowledgement, a
   * window, SACK blocks or congestion flags.
   */
  public boolean advertisesMore() {
    return advertisesMore;
  }

  /** Whether all it acknowledges was sent by the engine alone, which absorbs it. */
  public boolean isForEngineOnly() {
    return acknowledgesMore && !advertisesMore && !completesHandshake;
  }

  /** Whether its headers say what was said before. */
  public boolean isDuplicateAck() {
    return !acknowledgesMore && !advertisesMore && !completesHandshake;
  }

  /** Whether its headers moved the right edge of the receiver. */
  public boolean isWindowMoved() {
    return windowMoved;
  }

  /** Notes whether it brings only what is next, and nothing that is kept for later. */
  public void plain(boolean isPlain) {
    plain = isPlain;
  }

  /** Whether it brings only what is next, and nothing that is kept for later. */
  public boolean isPlain() {
    return plain;
  }

  /** Notes that no link is known to carry more than so many octets of its payload at once. */
  public void limitPieces(int bytes) {
    pieceLimitBytes = bytes;
  }

  /** The most payload octets that may leave with it in one packet. */
  public int pieceLimitBytes() {
    return pieceLimitBytes;
  }

  /** The most of its payload that came in one packet. */
  public int carriedBytes() {
    return Math.min(view.payloadLength(), pieceLimitBytes);
  }

  /** The control bits it leaves with. */
  public int flags() {
    return flags;
  }

  /** Changes the control bits it leaves with. */
  public void flags(int flags) {
    this.flags = flags;
  }

  /**
   * Finds the segment's place in the stream it belongs to, which is its connection's as long as the
   * segment is on the path.
   */
  public void place(Stream stream) {
    this.stream = stream;
    reverse = connection().streamOrNull(direction.opposite());
    long offset = stream.space().offsetOf(view.sequence(), stream.heldEnd());
    orgStart = view.isSyn() ? offset + 1 : offset;
    orgEnd = orgStart + view.payloadLength();
  }

  /** Finishes the checksum of a segment that leaves from where it lies. */
  public void finish() {
    if (checksumWrong) {
      editor.completeChecksum();
    } else {
      editor.done();
    }
  }

  /** The connection it belongs to. */
  public Connection connection() {
    if (connection == null) {
      throw new IllegalStateException("no segment on the path");
    }
    return connection;
  }

  /** Where what comes of it goes. */
  public PacketOutput output() {
    if (output == null) {
      throw new IllegalStateException("no segment on the path");
    }
    return output;
  }

  /** The direction it was sent in. */
  public Direction direction() {
    return direction;
  }

  /** The stream it belongs to. */
  public Stream stream() {
    return stream != null ? stream : connection().stream(direction);
  }

  /** The stream its acknowledgement is about. */
  public Stream reverse() {
    return reverse != null ? reverse : connection().stream(direction.opposite());
  }

  /** The time it came. */
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

  /** Payload octets that count. */
  public int length() {
    return (int) (orgEnd - orgStart);
  }

  /** Leaves the octets out of account that a capture cut off. */
  public void cutToPresent() {
    cut |= view.presentPayloadLength() < view.payloadLength();
    orgEnd = Math.min(orgEnd, orgStart + view.presentPayloadLength());
  }

  /** Leaves the octets from {@code orgEnd} on out of account, and the FIN behind them. */
  public void cutTo(long orgEnd) {
    cut = true;
    this.orgEnd = orgEnd;
    if (view.isFin()) {
      editor.edit(view);
      clearFin();
      editor.done();
    }
  }

  /** Leaves the FIN out of account, which its sender will repeat; the editor is open. */
  public void clearFin() {
    if (view.isFin()) {
      flags &= ~TcpFlags.FIN;
      editor.flags(flags);
    }
  }

  /** The hop limit it leaves with at most. */
  public int hopLimit() {
    return hopLimit;
  }

  /** Changes the hop limit it leaves with. */
  public void hopLimit(int hopLimit) {
    this.hopLimit = hopLimit;
  }

  /** Whether octets of it are left out of account. */
  public boolean isCut() {
    return cut;
  }

  /** The acknowledgement number it came with. */
  public int acknowledgement() {
    return acknowledgement;
  }

  /** Says where its urgent octets end in new space; {@link UrgentRule#NO_END} for nowhere. */
  public void urgentUpTo(long newPosition) {
    newUrgentEnd = newPosition;
  }

  /** The urgent pointer from {@code newStart}; -1 if the segment has none there. */
  public int urgentPointerFrom(long newStart) {
    return UrgentRule.pointer(newStart, newUrgentEnd);
  }

  /** Where its FIN stands, if it carries one, in original space. */
  public long orgFin() {
    return orgStart + view.payloadLength();
  }

  /** The memory its payload lies in. */
  public MemorySegment memory() {
    return view.packet().memory();
  }

  /** Where in the memory the payload octet of {@code orgPosition} lies. */
  public long memoryOffsetOf(long orgPosition) {
    return view.packet().offset() + view.payloadOffset() + (orgPosition - orgStart);
  }

  /** The packet it came in. */
  public Packet packet() {
    return view.packet();
  }
}
