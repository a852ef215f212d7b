package dev.midstream.reassembly.store;

import dev.midstream.agent.Octets;
import dev.midstream.wire.packet.MemoryOwner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;

/** A pooled buffer of fixed size for pieces of a stream. It fills from its start. */
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

  void addPiece() {
    pieces++;
  }

  /** Counts a piece of the store less; returns whether it was the last one. */
  boolean removePiece() {
    return --pieces == 0;
  }

  /** Whether the store has no piece here. */
  boolean isIdle() {
    return pieces == 0;
  }

  /** Empties the chunk, which must be idle and not retained. */
  void reset() {
    tail = 0;
  }

  /** Whether packets still refer to octets that the store freed. */
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
