package dev.midstream.modcmd.agent;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The engine's side of a view: a reusable window on engine or packet memory. Agents see it as
 * {@link OctetView}.
 */
public final class MemoryView extends OctetView {
  static final ValueLayout.OfLong EIGHT =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt FOUR =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private @Nullable Candidates candidates;
  private MemorySegment memory = MemorySegment.NULL;
  private long memoryOffset;
  private long start;
  private int length;
  private boolean endOfStream;
  private boolean flush;

  /** Shows {@code length} octets that lie at {@code memoryOffset} of {@code memory}. */
  public MemoryView show(MemorySegment memory, long memoryOffset, int length, long start) {
    Objects.checkFromIndexSize(memoryOffset, length, memory.byteSize());
    this.memory = memory;
    this.memoryOffset = memoryOffset;
    this.length = length;
    this.start = start;
    endOfStream = false;
    flush = false;
    if (candidates != null) {
      candidates.clear();
    }
    return this;
  }

  /** Sets the two marks of the view. */
  public MemoryView mark(boolean endOfStream, boolean flush) {
    this.endOfStream = endOfStream;
    this.flush = flush;
    return this;
  }

  @Override
  public long start() {
    return start;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public byte at(int index) {
    Objects.checkIndex(index, length);
    return memory.get(ValueLayout.JAVA_BYTE, memoryOffset + index);
  }

  @Override
  public long eightAt(int index) {
    Objects.checkFromIndexSize(index, Long.BYTES, length);
    return memory.get(EIGHT, memoryOffset + index);
  }

  @Override
  public boolean endOfStream() {
    return endOfStream;
  }

  @Override
  public boolean flush() {
    return flush;
  }

  @Override
  public byte[] copy(int index, int length) {
    Objects.checkFromIndexSize(index, length, this.length);
    byte[] octets = new byte[length];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, memoryOffset + index, octets, 0, length);
    return octets;
  }

  /** Where the octets lie, for the scans of this package. */
  MemorySegment memory() {
    return memory;
  }

  /** What scans found in the view, with their scratch memory. */
  Candidates candidates() {
    if (candidates == null) {
      candidates = new Candidates();
    }
    return candidates;
  }

  /** Offset of the first octet in {@link #memory()}. */
  long memoryOffset() {
    return memoryOffset;
  }
}
