package dev.midstream.worlds.offload;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.SegmentBuilder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports with offload around a box. Consecutive segments are coalesced before the box, and
 * super-segments are segmented after it. Packet memory is valid during the call, or as long as the
 * box retains it.
 */
public final class OffloadingBox implements Box {
  private static final long COALESCING_NANOS = 50_000;
  private static final int MAX_BYTES = 60_000;
  private static final int TCP_FLAGS = 13;
  private static final int ENDING = TcpFlags.PSH | TcpFlags.FIN;

  private final Box box;
  private final FrameView view = new FrameView();
  private final HeaderTemplate coalescedHeaders = new HeaderTemplate();
  private final HeaderTemplate segmentHeaders = new HeaderTemplate();
  private final SegmentBuilder coalesced = new SegmentBuilder();
  private final SegmentBuilder segments = new SegmentBuilder();
  private final List<LentMemory> lent = new ArrayList<>();
  private byte[] headers = new byte[0];
  private byte[] payload = new byte[0];
  private int pieceBytes;
  private int nextSequence;
  private int sequence;
  private int flags;
  private long dueNanos = Long.MAX_VALUE;
  private int superSegments;
  private int byReference;

  public OffloadingBox(Box box) {
    this.box = box;
  }

  /** The number of super-segments that the box received. */
  public int superSegments() {
    return superSegments;
  }

  /** The number of packets that the box retained by reference. */
  public int lent() {
    return lent.size();
  }

  /** The number of packets that the box still retains. */
  public long stillLent() {
    return lent.stream().filter(LentMemory::isLent).count();
  }

  /** The number of packets that the box sent with payload by reference. */
  public int byReference() {
    return byReference;
  }

  @Override
  public Disposition onPacket(Packet arriving, long nowNanos, PacketOutput out) {
    Packet packet = copyOf(arriving);
    boolean coalescible = view.read(packet) == FrameKind.TCP && mayCoalesce();
    if (coalescible && continues(packet)) {
      append(packet);
    } else {
      flush(nowNanos, out);
      if (!coalescible) {
        return pass(packet, nowNanos, out);
      }
      begin(packet, nowNanos);
    }
    boolean over = view.payloadLength() < pieceBytes || (flags & ENDING) != 0;
    if (over || payload.length + pieceBytes > MAX_BYTES) {
      flush(nowNanos, out);
    }
    return Disposition.TAKEN;
  }

  /** A copy of {@code packet}: flushing coalesced segments first may reuse its memory. */
  private static Packet copyOf(Packet packet) {
    MemorySegment copy = MemorySegment.ofArray(octets(packet, 0, packet.length()));
    return new Packet()
        .at(copy, 0, packet.length())
        .from(packet.linkType(), packet.leg(), packet.interfaceId(), packet.timeNanos());
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    if (dueNanos <= nowNanos) {
      flush(nowNanos, out);
    }
    if (box.nextDeadlineNanos() <= nowNanos) {
      GatheringOutput gathers = gathering(out);
      box.onTimer(nowNanos, gathers);
      settle(gathers);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return Math.min(dueNanos, box.nextDeadlineNanos());
  }

  private boolean mayCoalesce() {
    return view.payloadLength() > 0
        && view.payloadLength() == view.presentPayloadLength()
        && (view.flags() & ~(TcpFlags.ACK | ENDING)) == 0
        && view.isAck()
        && view.isTcpChecksumRight()
        && (view.ipVersion() == 6 || view.isIpv4HeaderChecksumRight());
  }

  private boolean continues(Packet packet) {
    return dueNanos != Long.MAX_VALUE
        && coalescedHeaders.leg() == packet.leg()
        && view.sequence() == nextSequence
        && view.payloadLength() <= pieceBytes
        && sameHeaders(headersOf(packet));
  }

  /**
   * Whether the headers differ only in length, IP identification, sequence number and checksums.
   */
  private boolean sameHeaders(byte[] others) {
    if (others.length != headers.length) {
      return false;
    }
    int ip = view.ipOffset();
    int tcp = view.tcpOffset();
    boolean ipv4 = view.ipVersion() == 4;
    for (int at = 0; at < others.length; at++) {
      boolean ofIp =
          ipv4
              ? (at >= ip + 2 && at < ip + 6) || at == ip + 10 || at == ip + 11
              : at == ip + 4 || at == ip + 5;
      boolean ofTcp = (at >= tcp + 4 && at < tcp + 8) || at == tcp + 16 || at == tcp + 17;
      if (!ofIp && !ofTcp && at != tcp + TCP_FLAGS && others[at] != headers[at]) {
        return false;
      }
    }
    return true;
  }

  private void begin(Packet packet, long nowNanos) {
    coalescedHeaders.capture(view);
    headers = headersOf(packet);
    payload = payloadOf(packet);
    pieceBytes = payload.length;
    sequence = view.sequence();
    nextSequence = sequence + payload.length;
    flags = view.flags();
    dueNanos = nowNanos + COALESCING_NANOS;
  }

  private void append(Packet packet) {
    byte[] more = payloadOf(packet);
    byte[] both = new byte[payload.length + more.length];
    System.arraycopy(payload, 0, both, 0, payload.length);
    System.arraycopy(more, 0, both, payload.length, more.length);
    payload = both;
    nextSequence += more.length;
    flags |= view.flags();
  }

  private void flush(long nowNanos, PacketOutput out) {
    if (dueNanos == Long.MAX_VALUE) {
      return;
    }
    dueNanos = Long.MAX_VALUE;
    superSegments += payload.length > pieceBytes ? 1 : 0;
    coalesced.from(coalescedHeaders).sequence(sequence).flags(flags).gsoBytes(pieceBytes);
    coalesced.payload(MemorySegment.ofArray(payload), 0, payload.length);
    pass(coalesced.build(nowNanos), nowNanos, out);
  }

  private Disposition pass(Packet packet, long nowNanos, PacketOutput out) {
    Leg leg = packet.leg().opposite();
    GatheringOutput gathers = gathering(out);
    MemorySegment octets = MemorySegment.ofArray(octets(packet, 0, packet.length()));
    LentMemory memory = new LentMemory(octets);
    Packet shown =
        new Packet()
            .at(octets, 0, packet.length())
            .from(packet.linkType(), packet.leg(), packet.interfaceId(), packet.timeNanos())
            .offload(packet.checksumState(), packet.gsoBytes())
            .owner(memory);
    Disposition disposition = box.onPacket(shown, nowNanos, gathers);
    settle(gathers);
    if (disposition == Disposition.FORWARD) {
      segment(shown, leg, out);
    }
    memory.release();
    if (memory.wasLent()) {
      lent.add(memory);
    }
    return Disposition.TAKEN;
  }

  private GatheringOutput gathering(PacketOutput out) {
    return new GatheringOutput(made -> segment(made, made.leg(), out));
  }

  private void settle(GatheringOutput gathers) {
    gathers.settle();
    byReference += gathers.gathered();
  }

  private void segment(Packet packet, Leg leg, PacketOutput out) {
    FrameView made = new FrameView();
    boolean isTcp = made.read(packet) == FrameKind.TCP;
    if (isTcp && packet.checksumState() == ChecksumState.PARTIAL) {
      new HeaderEditor().edit(made).completeChecksum();
    }
    if (!isTcp || packet.gsoBytes() == 0) {
      out.emit(packet.from(packet.linkType(), leg, packet.interfaceId(), packet.timeNanos()));
      return;
    }
    segmentHeaders.capture(made);
    int length = made.payloadLength();
    for (int at = 0; at < length; at += packet.gsoBytes()) {
      int bytes = Math.min(packet.gsoBytes(), length - at);
      boolean last = at + bytes == length;
      segments
          .from(segmentHeaders)
          .leg(leg)
          .sequence(made.sequence() + at)
          .flags(last ? made.flags() : made.flags() & ~ENDING)
          .ipv4Id(made.ipv4Id() + at / packet.gsoBytes())
          .payload(packet.memory(), packet.offset() + made.payloadOffset() + at, bytes);
      out.emit(segments.build(packet.timeNanos()));
    }
  }

  private byte[] headersOf(Packet packet) {
    return octets(packet, 0, view.payloadOffset());
  }

  private byte[] payloadOf(Packet packet) {
    return octets(packet, view.payloadOffset(), view.payloadLength());
  }

  private static byte[] octets(Packet packet, int from, int length) {
    return packet.memory().asSlice(packet.offset() + from, length).toArray(ValueLayout.JAVA_BYTE);
  }
}
