package dev.midstream.reassembly.fragment;

import dev.midstream.wire.header.FragmentView;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.DatagramBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;

/**
 * A kept fragment, as a copy of its whole packet.
 *
 * @param start offset of its payload in the datagram
 * @param payloadOffset offset of its payload in the packet
 * @param frame the buffer of the packet
 */
record KeptFragment(int start, int length, int payloadOffset, ByteBuf frame, Packet packet) {

  static KeptFragment copyOf(FragmentView fragment, ByteBufAllocator allocator) {
    Packet from = fragment.packet();
    ByteBuf frame = allocator.directBuffer(from.length(), from.length());
    MemorySegment memory = MemorySegment.ofBuffer(frame.internalNioBuffer(0, from.length()));
    MemorySegment.copy(from.memory(), from.offset(), memory, 0, from.length());
    Packet packet =
        new Packet()
            .at(memory, 0, from.length())
            .missing(from.missingBytes())
            .from(from.linkType(), from.leg(), from.interfaceId(), from.timeNanos())
            .offload(from.checksumState(), from.gsoBytes());
    return new KeptFragment(
        fragment.start(), fragment.payloadLength(), fragment.payloadOffset(), frame, packet);
  }

  /** Whether {@code other} has the same range and the same octets. */
  boolean hasSameOctets(FragmentView other) {
    Packet from = other.packet();
    long there = from.offset() + other.payloadOffset();
    return start == other.start()
        && start + length == other.end()
        && MemorySegment.mismatch(
                packet.memory(),
                payloadOffset,
                payloadOffset + (long) length,
                from.memory(),
                there,
                there + length)
            < 0;
  }

  void copyTo(DatagramBuilder datagram) {
    datagram.octets(packet.memory(), payloadOffset, start, length);
  }

  void overwrite(MemorySegment octets, long offset) {
    MemorySegment.copy(octets, offset, packet.memory(), payloadOffset, length);
  }

  /** Sends the packet to the opposite leg. */
  void send(long timeNanos, PacketOutput out) {
    Packet on = new Packet().at(packet.memory(), 0, packet.length());
    on.missing(packet.missingBytes()).offload(packet.checksumState(), packet.gsoBytes());
    out.emit(on.from(packet.linkType(), packet.leg().opposite(), packet.interfaceId(), timeNanos));
  }

  void free() {
    frame.release();
  }
}
