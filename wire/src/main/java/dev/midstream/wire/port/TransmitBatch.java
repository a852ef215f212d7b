package dev.midstream.wire.port;

import dev.midstream.wire.nativecall.VirtioHeader;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.MemoryOwner;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.packet.PayloadParts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What leaves by both legs, in order: frames that go on from where they lie, and copies of packets
 * that the box made, of which payload that somebody owns stays where it is. Not thread-safe.
 */
final class TransmitBatch implements PacketOutput {
  /** Room for the longest frame with its header, and for a batch of ordinary ones. */
  private static final int COPY_BYTES = 1 << 20;

  private static final int ALIGNMENT = 16;

  private final Lane inside;
  private final Lane outside;
  private final OffloadHeader offload = new OffloadHeader();
  private final Packet copy = new Packet();

  TransmitBatch(Arena arena, LegDevice inside, LegDevice outside) {
    this.inside = new Lane(arena, inside);
    this.outside = new Lane(arena, outside);
  }

  /** Sends a received frame on; it must stay where it is until {@link #flush}. */
  void forward(Packet packet, Leg leg) {
    Lane lane = lane(leg);
    lane.makeRoom(0);
    offload.forward(packet, lane.device.mtu());
    lane.queue(
        packet.memory(),
        packet.offset() - VirtioHeader.BYTES,
        packet.length() + VirtioHeader.BYTES);
  }

  /** A packet longer than any IP packet can be does not leave. */
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

  /** Hands everything to the interfaces. */
  void flush() {
    inside.flush();
    outside.flush();
  }

  private Lane lane(Leg leg) {
    return leg == Leg.INSIDE ? inside : outside;
  }

  /** One leg's queue and the copies in it. */
  private static final class Lane {
    private final LegDevice device;
    private final MemorySegment copies;
    private final MemoryOwner[] owners =
        new MemoryOwner[LegDevice.QUEUE_FRAMES * PayloadParts.MAX_PARTS];
    private int used;
    private int queued;
    private int owned;

    private Lane(Arena arena, LegDevice device) {
      this.device = device;
      copies = arena.allocate(COPY_BYTES, ALIGNMENT);
    }

    /** Sends what is queued if another frame, copied to {@code bytes} here, would not fit. */
    private void makeRoom(int bytes) {
      if (queued == LegDevice.QUEUE_FRAMES || used + bytes > COPY_BYTES) {
        flush();
      }
    }

    /** Where a frame of {@code length} octets may be copied to. */
    private long reserve(int length) {
      int frameAt = used + VirtioHeader.BYTES;
      used = (frameAt + length + ALIGNMENT - 1) & -ALIGNMENT;
      return frameAt;
    }

    private void queue(MemorySegment memory, long offset, int length) {
      queued++;
      device.queue(memory, offset, length);
    }

    /** The parts must be there when the frame that was queued last is sent. */
    private void append(PayloadParts parts) {
      for (int i = 0; i < parts.count(); i++) {
        parts.owner(i).retain();
        owners[owned++] = parts.owner(i);
        device.append(parts.memory(i), parts.offset(i), parts.length(i));
      }
    }

    private void flush() {
      if (queued > 0) {
        device.flush();
      }
      while (owned > 0) {
        owners[--owned].release();
      }
      queued = 0;
      used = 0;
    }
  }
}
