package dev.midstream.reassembly.store;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.wire.packet.MemoryOwner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;

/** Octets that follow each other in new space, in a pooled buffer of fixed size. Reusable. */
final class OctetChunk implements MemoryOwner {
  private final ByteBuf buffer;
  private final MemorySegment memory;
  private long newStart;
  private int head;
  private int tail;

  OctetChunk(ByteBufAllocator allocator, int capacity) {
    buffer = allocator.directBuffer(capacity, capacity);
    memory = MemorySegment.ofBuffer(buffer.internalNioBuffer(0, capacity));
  }

  /** Makes it empty; what is appended first stands at {@code newPosition}. */
  OctetChunk beginAt(long newPosition) {
    newStart = newPosition;
    head = 0;
    tail = 0;
    return this;
  }

  long newStart() {
    return newStart;
  }

  long newEnd() {
    return newStart + tail - head;
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

  long memoryOffsetOf(long newPosition) {
    return head + (newPosition - newStart);
  }

  void append(MemorySegment source, long offset, int length) {
    MemorySegment.copy(source, offset, memory, tail, length);
    tail += length;
  }

  void append(Octets source, int from, int length) {
    source.copyTo(from, length, memory, tail);
    tail += length;
  }

  /** Forgets everything below {@code newPosition}, which lies inside. */
  void dropBelow(long newPosition) {
    head += (int) (newPosition - newStart);
    newStart = newPosition;
  }

  /** Whether somebody still refers to octets that were forgotten here. */
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
