package dev.midstream.reassembly.path;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.fragment.FragmentPool;
import dev.midstream.reassembly.fragment.FragmentReassembler;
import dev.midstream.reassembly.lifecycle.KnownConnections;
import dev.midstream.reassembly.lifecycle.RuleChoice;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.ByteBufAllocator;

/**
 * Processes IP fragments. Those that may belong to a connection that is not passed unchanged are
 * reassembled, and the whole segment is processed. Packets sent for it are no larger than its
 * fragments were.
 */
public final class FragmentPath {
  /** Packet size that every link carries: RFC 791 section 3.2, RFC 8200 section 5. */
  private static final int MIN_IPV4_PACKET_BYTES = 68;

  private static final int MIN_IPV6_PACKET_BYTES = 1_280;

  /** Payload sent at least, however little room there is: one unit of the fragment offset. */
  private static final int MIN_PIECE_BYTES = 8;

  private final KnownConnections known;
  private final Handoff handoff;
  private final Counters counters;
  private final SegmentHandler segmentHandler;
  private final FragmentReassembler reassembler;

  /**
   * Processes the segment that was read. Each packet that leaves carries at most {@code
   * pieceLimitBytes} of its payload.
   */
  @FunctionalInterface
  public interface SegmentHandler {
    Disposition process(int pieceLimitBytes, long nowNanos, PacketOutput out);
  }

  public FragmentPath(
      Stages stages,
      KnownConnections known,
      KeyedHash hashes,
      RuleChoice choice,
      Handoff handoff,
      ByteBufAllocator allocator,
      MemoryBudget budget,
      FragmentPool pool,
      SegmentHandler segmentHandler) {
    this.known = known;
    this.handoff = handoff;
    counters = stages.counters();
    this.segmentHandler = segmentHandler;
    reassembler =
        new FragmentReassembler(
            stages.configuration(),
            hashes,
            view -> mayBeChanged(view, choice),
            counters,
            allocator,
            budget,
            pool,
            stages.builders().datagrams());
  }

  /** Processes the fragment that was read. */
  public Disposition process(Segment segment, long nowNanos, PacketOutput out) {
    if (!handoff.isFenced() && !handoff.mayBeChanged(segment.view())) {
      counters.count(Reason.FRAGMENT);
      return Disposition.FORWARD;
    }
    return switch (reassembler.reassemble(segment.view(), nowNanos, out)) {
      case PASSES -> handoff.isFenced() ? handoff.dropFenced() : Disposition.FORWARD;
      case CONSUMED -> Disposition.TAKEN;
      case COMPLETE -> {
        try {
          processWhole(segment, nowNanos, out);
        } finally {
          reassembler.done();
        }
        yield Disposition.TAKEN;
      }
    };
  }

  /** The fragments of incomplete datagrams. */
  public FragmentReassembler reassembler() {
    return reassembler;
  }

  private void processWhole(Segment segment, long nowNanos, PacketOutput out) {
    FrameView view = segment.view();
    if (view.read(reassembler.datagram()) != FrameKind.TCP) {
      counters.count(Reason.MALFORMED);
      return;
    }
    int owner = handoff.ownerOf(view);
    if (owner != ConnectionRouter.SELF) {
      handoff.handOff(owner, reassembler);
      return;
    }
    boolean edited = isEdited(view);
    int packetLength = view.frameLength() - view.ipOffset();
    int roomBytes = roomBytes(view);
    int headerLength = view.payloadOffset() - view.ipOffset();
    int pieceBytes = Math.max(MIN_PIECE_BYTES, roomBytes - headerLength);
    if (segmentHandler.process(pieceBytes, nowNanos, out) == Disposition.TAKEN) {
      return;
    }
    if (packetLength <= roomBytes && (edited || isEdited(view))) {
      emitWhole(out);
    } else {
      reassembler.sendFragments(out);
    }
  }

  /** The largest IP packet that may be sent for the datagram. */
  private int roomBytes(FrameView view) {
    int minBytes = view.ipVersion() == 4 ? MIN_IPV4_PACKET_BYTES : MIN_IPV6_PACKET_BYTES;
    return Math.max(minBytes, reassembler.largestPacketBytes());
  }

  private void emitWhole(PacketOutput out) {
    Packet whole = reassembler.datagram();
    whole.from(whole.linkType(), whole.leg().opposite(), whole.interfaceId(), whole.timeNanos());
    out.emit(whole);
  }

  private boolean isEdited(FrameView view) {
    return known.handlingOf(view) == Handling.EDITED;
  }

  /**
   * Whether the connection of a datagram is not passed unchanged. A connection of another engine is
   * unknown here, so it may be changed. If this engine is fenced, no other fragment passes.
   */
  private boolean mayBeChanged(FrameView first, RuleChoice choice) {
    if (handoff.isFenced() || handoff.ownerOf(first) != ConnectionRouter.SELF) {
      return true;
    }
    Handling handling = known.handlingOf(first);
    if (handling == null) {
      return known.findsWaiting(first) || choice.mayBeChanged(first);
    }
    return switch (handling) {
      case EDITED, DROPPED, REJECTED -> true;
      case UNTOUCHED, MONITORED -> false;
    };
  }
}
