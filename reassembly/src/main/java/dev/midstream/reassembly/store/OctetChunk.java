package dev.midstream.reassembly.store;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.wire.packet.MemoryOwner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;

/** A pooled buffer of fixed size that fills up from its start; pieces of a stream lie in it. */
final class OctetChunk implements MemoryOwner {
  private final ByteBuf buffer;
  private final MemorySegment memory;
  private int tail;
  private int pieces;

  OctetChunk(ByteBufAllocator allocator, int capacity) {
    buffer = allocator.directBuffer(capacity, capacity);
    memory = MemorySegment.ofBuffer(buffer.internalNioBuffer(0, capacity));
  }

  int capacity() {
    return (int) memory.byteSize();
  }

  int room() {
    return capacity() - tail;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Where the next octet goes. */
  int tail() {
    return tail;
  }

  void append(MemorySegment source, long offset, int length) {
    MemorySegment.copy(source, offset, memory, tail, length);
    tail += length;
  }

  void append(Octets source, int from, int length) {
    source.copyTo(from, length, memory, tail);
    tail += length;
  }

  /** Notes that another piece of the store lies here. */
  void addPiece() {
    pieces++;
  }

  /** Notes that a piece of the store is gone from here; whether that was the last one. */
  boolean removePiece() {
    return --pieces == 0;
  }

  /** Whether no piece of the store lies here. */
  boolean isIdle() {
    return pieces == 0;
  }

  /** Makes all of it room again; neither the store nor anybody else may refer to it. */
  void empty() {
    tail = 0;
  }

  /** Whether somebody else still refers to octets that were forgotten here. */
  boolean isRetained() {
    return buffer.refCnt() > 1;
  }

  @Override
  public void retain() {
    buffer.retain();
  }

  @Override
  public void release() {
    buffer.release();
  }
}
