package dev.midstream.reassembly.path;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.fragment.FragmentReassembler;
import dev.midstream.reassembly.lifecycle.ConnectionOpening;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.ByteBufAllocator;

/**
 * Takes IP fragments. Those that may belong to a connection whose packets are changed are gathered,
 * and the whole segment goes on; what leaves of it is no larger than the fragments were.
 */
public final class FragmentPath {
  /** What every link carries: RFC 791 section 3.2, RFC 8200 section 5. */
  private static final int LEAST_IPV4_PACKET_BYTES = 68;

  private static final int LEAST_IPV6_PACKET_BYTES = 1_280;

  /** Payload that is sent whatever the room: one unit of what a fragment holds. */
  private static final int LEAST_PIECE_BYTES = 8;

  private final EngineConfiguration configuration;
  private final FlowTable flows;
  private final Handoff handoff;
  private final Counters counters;
  private final Onward onward;
  private final FragmentReassembler gathering;

  /** Where whole segments go. */
  @FunctionalInterface
  public interface Onward {
    /** Takes the segment that was read; no more of its payload may leave in one packet. */
    Disposition take(int pieceLimitBytes, long nowNanos, PacketOutput out);
  }

  public FragmentPath(
      EngineConfiguration configuration,
      FlowTable flows,
      KeyedHash hashes,
      ConnectionOpening opening,
      Handoff handoff,
      Counters counters,
      ByteBufAllocator allocator,
      MemoryBudget budget,
      Onward onward) {
    this.configuration = configuration;
    this.flows = flows;
    this.handoff = handoff;
    this.counters = counters;
    this.onward = onward;
    gathering =
        new FragmentReassembler(
            configuration,
            hashes,
            view -> mayBeChanged(view, opening),
            counters,
            allocator,
            budget);
  }

  /** Takes the fragment that was read. */
  public Disposition take(Segment segment, long nowNanos, PacketOutput out) {
    if (!mayBeChanged(segment.view())) {
      counters.count(Reason.FRAGMENT);
      return Disposition.FORWARD;
    }
    return switch (gathering.reassemble(segment.view(), nowNanos, out)) {
      case PASSES -> Disposition.FORWARD;
      case CONSUMED -> Disposition.TAKEN;
      case COMPLETE -> {
        try {
          takeWhole(segment, nowNanos, out);
        } finally {
          gathering.done();
        }
        yield Disposition.TAKEN;
      }
    };
  }

  /** When {@link #onTimer} is next wanted. */
  public long nextDeadlineNanos() {
    return gathering.nextDeadlineNanos();
  }

  public void onTimer(long nowNanos, PacketOutput out) {
    gathering.onTimer(nowNanos, out);
  }

  /** No more packets will come. */
  public void finish(long nowNanos, PacketOutput out) {
    gathering.flush(nowNanos, out);
  }

  private void takeWhole(Segment segment, long nowNanos, PacketOutput out) {
    FrameView view = segment.view();
    if (view.read(gathering.datagram()) != FrameKind.TCP) {
      counters.count(Reason.MALFORMED);
      return;
    }
    int owner = handoff.ownerOf(view);
    if (owner != ConnectionRouter.SELF) {
      handoff.hand(owner, gathering);
      return;
    }
    boolean edited = isEdited(view);
    int packetLength = view.frameLength() - view.ipOffset();
    int roomBytes = roomBytes(view);
    int headerLength = view.payloadOffset() - view.ipOffset();
    int pieceBytes = Math.max(LEAST_PIECE_BYTES, roomBytes - headerLength);
    if (onward.take(pieceBytes, nowNanos, out) == Disposition.TAKEN) {
      return;
    }
    if (packetLength <= roomBytes && (edited || isEdited(view))) {
      sendWhole(out);
    } else {
      gathering.sendFragments(out);
    }
  }

  /** The largest IP packet that may come of the datagram. */
  private int roomBytes(FrameView view) {
    int least = view.ipVersion() == 4 ? LEAST_IPV4_PACKET_BYTES : LEAST_IPV6_PACKET_BYTES;
    return Math.max(least, gathering.largestPacketBytes());
  }

  private void sendWhole(PacketOutput out) {
    Packet whole = gathering.datagram();
    whole.from(whole.linkType(), whole.leg().opposite(), whole.interfaceId(), whole.timeNanos());
    out.emit(whole);
  }

  private boolean isEdited(FrameView view) {
    Connection connection = flows.peek(view);
    return connection != null && connection.handling() == Handling.EDITED;
  }

  /** Whether the addresses alone allow that a connection is changed. */
  private boolean mayBeChanged(FrameView view) {
    return configuration.mode() == Mode.ENFORCE
        && configuration
            .rules()
            .mayChange(
                view.ipVersion(),
                view.sourceHigh(),
                view.sourceLow(),
                view.destinationHigh(),
                view.destinationLow());
  }

  /** Of a connection that somebody else owns nobody here knows. */
  private boolean mayBeChanged(FrameView first, ConnectionOpening opening) {
    if (handoff.ownerOf(first) != ConnectionRouter.SELF) {
      return true;
    }
    Connection connection = flows.peek(first);
    if (connection == null) {
      return opening.mayBeChanged(first);
    }
    return switch (connection.handling()) {
      case EDITED, DROPPED, REJECTED -> true;
      case UNTOUCHED, MONITORED -> false;
    };
  }
}
