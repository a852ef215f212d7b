package dev.midstream.wire.port;

import dev.midstream.wire.nativecall.VirtioHeader;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.MemoryOwner;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.packet.PayloadParts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The frames that a batch transmits on both legs, in order. Forwarded frames are sent in place.
 * Packets that the box emits are copied, except for payload that has an owner. Not thread-safe.
 */
final class TransmitBatch implements PacketOutput {
  /** Room for the longest frame with its header, and for a batch of ordinary ones. */
  private static final int COPY_BYTES = 1 << 20;

  private static final int ALIGNMENT = 16;

  private final Lane inside;
  private final Lane outside;
  private final TooLongReplies replies;
  private final OffloadHeader offload = new OffloadHeader();
  private final Packet copy = new Packet();
  private BooleanSupplier fence = () -> true;

  TransmitBatch(Arena arena, LegDevice inside, LegDevice outside) {
    this.inside = new Lane(arena, inside, Leg.INSIDE);
    this.outside = new Lane(arena, outside, Leg.OUTSIDE);
    replies = new TooLongReplies(arena);
  }

  /** Queues a received frame for transmission; it must not change until {@link #flush}. */
  void forward(Packet packet, Leg leg) {
    Lane lane = lane(leg);
    lane.makeRoom(0);
    offload.forward(packet, lane.device.mtu());
    lane.queue(
        packet.memory(),
        packet.offset() - VirtioHeader.BYTES,
        packet.length() + VirtioHeader.BYTES);
  }

  /** Drops and counts a packet longer than any IP packet. */
  @Override
  public void emit(Packet packet) {
    Lane lane = lane(packet.leg());
    int length = packet.length();
    if (length > COPY_BYTES - VirtioHeader.BYTES) {
      lane.device.counters().add(LegCounter.TOO_LONG_TO_SEND, 1);
      return;
    }
    lane.makeRoom(VirtioHeader.BYTES + length);
    long frameAt = lane.reserve(length);
    MemorySegment.copy(packet.memory(), packet.offset(), lane.copies, frameAt, length);
    copy.at(lane.copies, frameAt, length)
        .from(packet.linkType(), packet.leg(), packet.interfaceId(), packet.timeNanos())
        .offload(packet.checksumState(), packet.gsoBytes())
        .missing(packet.missingBytes());
    offload.emit(copy, lane.device.mtu());
    lane.queue(lane.copies, frameAt - VirtioHeader.BYTES, length + VirtioHeader.BYTES);
    PayloadParts parts = packet.parts();
    if (parts != null) {
      lane.append(parts);
    }
  }

  @Override
  public boolean gathers() {
    return inside.device.gathers() && outside.device.gathers();
  }

  /** Asks before each batch from now on whether it may leave. */
  void setFence(BooleanSupplier maySend) {
    fence = maySend;
  }

  /** Sends all queued frames, if they may leave. */
  void flush() {
    inside.flush();
    outside.flush();
  }

  /** The next reply to a frame that was too long to be sent; null if there is none. */
  @Nullable Packet nextReply(long nowNanos) {
    return replies.next(nowNanos);
  }

  private Lane lane(Leg leg) {
    return leg == Leg.INSIDE ? inside : outside;
  }

  /** The queue of one leg, with the copies in it. */
  private final class Lane {
    private final LegDevice device;
    private final Leg leg;
    private final TooLongFrames refused = this::refuse;
    private final MemorySegment copies;
    private final MemoryOwner[] owners =
        new MemoryOwner[LegDevice.QUEUE_FRAMES * PayloadParts.MAX_PARTS];
    private int used;
    private int queued;
    private int owned;
    private boolean hasFreshMtu;

    private Lane(Arena arena, LegDevice device, Leg leg) {
      this.device = device;
      this.leg = leg;
      copies = arena.allocate(COPY_BYTES, ALIGNMENT);
    }

    /** Flushes if another frame, of which {@code bytes} octets are copied here, would not fit. */
    private void makeRoom(int bytes) {
      if (queued == LegDevice.QUEUE_FRAMES || used + bytes > COPY_BYTES) {
        flush();
      }
    }

    /** Reserves room for a copy of {@code length} octets; returns its offset. */
    private long reserve(int length) {
      int frameAt = used + VirtioHeader.BYTES;
      used = (frameAt + length + ALIGNMENT - 1) & -ALIGNMENT;
      return frameAt;
    }

    private void queue(MemorySegment memory, long offset, int length) {
      queued++;
      device.queue(memory, offset, length);
    }

    /** Retains the parts until the frame queued last has been sent. */
    private void append(PayloadParts parts) {
      for (int i = 0; i < parts.count(); i++) {
        parts.owner(i).retain();
        owners[owned++] = parts.owner(i);
        device.append(parts.memory(i), parts.offset(i), parts.length(i));
      }
    }

    /** The reply tells the MTU, which may have changed since it was read. */
    private void refuse(MemorySegment memory, long offset, int length) {
      if (!hasFreshMtu) {
        hasFreshMtu = true;
        device.refresh();
      }
      replies.add(leg, memory, offset, length, device.mtu());
    }

    private void flush() {
      if (queued > 0 && fence.getAsBoolean()) {
        hasFreshMtu = false;
        device.flush(refused);
      } else if (queued > 0) {
        device.counters().add(LegCounter.FENCED, device.drop());
      }
      while (owned > 0) {
        owners[--owned].release();
      }
      queued = 0;
      used = 0;
    }
  }
}
