package dev.midstream.reassembly.fragment;

import dev.midstream.wire.header.FragmentView;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;

/** A kept fragment, as a copy of its whole packet. */
final class KeptFragment {
  private final int start;
  private final int end;
  private final int payloadOffset;
  private final ByteBuf frame;
  private final MemorySegment memory;
  private final Packet packet;

  KeptFragment(FragmentView fragment, ByteBufAllocator allocator) {
    Packet from = fragment.packet();
    start = fragment.start();
    end = fragment.end();
    payloadOffset = fragment.payloadOffset();
    frame = allocator.directBuffer(from.length(), from.length());
    memory = MemorySegment.ofBuffer(frame.internalNioBuffer(0, from.length()));
    MemorySegment.copy(from.memory(), from.offset(), memory, 0, from.length());
    packet =
        new Packet()
            .at(memory, 0, from.length())
            .missing(from.missingBytes())
            .from(from.linkType(), from.leg(), from.interfaceId(), from.timeNanos())
            .offload(from.checksumState(), from.gsoBytes());
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  int length() {
    return end - start;
  }

  /** The packet, with the octets it now has. */
  Packet packet() {
    return packet;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Offset of the payload in {@link #memory}. */
  int payloadOffset() {
    return payloadOffset;
  }

  /** Whether {@code other} has the same range and the same octets. */
  boolean hasSameOctets(FragmentView other) {
    Packet from = other.packet();
    long there = from.offset() + other.payloadOffset();
    return start == other.start()
        && end == other.end()
        && MemorySegment.mismatch(
                memory,
                payloadOffset,
                payloadOffset + (long) length(),
                from.memory(),
                there,
                there + length())
            < 0;
  }

  /** Replaces the payload. */
  void overwrite(MemorySegment octets, long offset) {
    MemorySegment.copy(octets, offset, memory, payloadOffset, length());
  }

  /** Sends the packet to the opposite leg. */
  void send(long timeNanos, PacketOutput out) {
    Packet on = new Packet().at(memory, 0, packet.length()).missing(packet.missingBytes());
    on.from(packet.linkType(), packet.leg().opposite(), packet.interfaceId(), timeNanos);
    out.emit(on.offload(packet.checksumState(), packet.gsoBytes()));
  }

  void free() {
    frame.release();
  }
}
