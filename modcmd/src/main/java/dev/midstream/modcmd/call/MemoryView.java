package dev.midstream.modcmd.call;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The engine's side of a view: a reusable window on engine or packet memory. Agents see it as an
 * {@link OctetView}.
 */
public final class MemoryView extends OctetView {
  private static final ValueLayout.OfLong EIGHT =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private @Nullable ViewScratch scratch;
  private MemorySegment memory = MemorySegment.NULL;
  private long memoryOffset;
  private long start;
  private int length;
  private boolean endOfStream;
  private boolean flush;

  /**
   * Shows {@code length} octets at {@code memoryOffset} of {@code memory}, and clears both marks.
   */
  public MemoryView show(MemorySegment memory, long memoryOffset, int length, long start) {
    Objects.checkFromIndexSize(memoryOffset, length, memory.byteSize());
    this.memory = memory;
    this.memoryOffset = memoryOffset;
    this.length = length;
    this.start = start;
    endOfStream = false;
    flush = false;
    if (scratch != null) {
      scratch.clear();
    }
    return this;
  }

  /** Sets the marks for the end of the stream and for a flush. */
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

  @Override
  public Octets octets(int index, int length) {
    Objects.checkFromIndexSize(index, length, this.length);
    return Octets.of(memory, memoryOffset + index, length);
  }

  @Override
  public boolean hasPlainLines(int from, int to) {
    Objects.checkFromToIndex(from, to, length);
    int steps = Math.max(0, to - from - 1) / Long.BYTES;
    boolean isPlain = !LineMarks.any(memory, memoryOffset + from, steps);
    return isPlain
        ? super.hasPlainLines(from + steps * Long.BYTES, to)
        : super.hasPlainLines(from, to);
  }

  /** The memory that holds the octets, for string search, which only reads. */
  public MemorySegment memory() {
    return memory;
  }

  /** The offset of the first octet in {@link #memory()}. */
  public long memoryOffset() {
    return memoryOffset;
  }

  /** The scratch memory of string search; null until {@link #keep}. */
  public @Nullable ViewScratch scratch() {
    return scratch;
  }

  /** Keeps {@code scratch} with the view, and clears it each time the view shows other octets. */
  public void keep(ViewScratch scratch) {
    this.scratch = scratch;
  }
}
