package dev.midstream.wire.capture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * A window on a capture file that moves forward in large reads. Offsets are file offsets; the
 * window holds {@code [windowOffset, windowOffset + loadedBytes)}. Reading octets that are not
 * loaded is a programming error.
 */
final class CaptureInput implements AutoCloseable {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final ReadableByteChannel channel;
  private final String file;
  private Follower follower = Follower.NONE;
  private Arena arena;
  private MemorySegment memory;
  private ByteBuffer buffer;
  private long windowOffset;
  private int loadedBytes;
  private boolean bigEndian;
  private @Nullable CaptureDamage damage;

  CaptureInput(ReadableByteChannel channel, String file, int chunkBytes) {
    this.channel = channel;
    this.file = file;
    arena = Arena.ofShared();
    memory = arena.allocate(chunkBytes, Long.BYTES);
    buffer = memory.asByteBuffer();
  }

  /** Sets the follower, which is called before octets leave the window. */
  void setFollower(Follower follower) {
    this.follower = follower;
  }

  /** The name of the file. */
  String file() {
    return file;
  }

  /**
   * Loads {@code [offset, offset + length)}; octets before {@code offset} may leave the window.
   *
   * @return false if the file ends earlier
   */
  boolean load(long offset, int length) throws IOException {
    return offset + length <= windowOffset + loadedBytes || fill(offset, length);
  }

  /** Tells the follower that the octets of [start, end) must not be copied. */
  void omit(long start, long end) throws IOException {
    follower.omit(start, end);
  }

  /** The number of octets loaded from {@code offset} on. */
  long loadedFrom(long offset) {
    return windowOffset + loadedBytes - offset;
  }

  /** The memory of the window, which may be replaced when the window moves. */
  MemorySegment memory() {
    return memory;
  }

  /** The offset in {@link #memory()} of a file offset. */
  long memoryOffset(long offset) {
    return offset - windowOffset;
  }

  /** Sets the byte order of numbers from here on. */
  void bigEndian(boolean bigEndian) {
    this.bigEndian = bigEndian;
  }

  boolean bigEndian() {
    return bigEndian;
  }

  int intAt(long offset) {
    int value = memory.get(INT, offset - windowOffset);
    return bigEndian ? Integer.reverseBytes(value) : value;
  }

  void putInt(long offset, int value) {
    memory.set(INT, offset - windowOffset, bigEndian ? Integer.reverseBytes(value) : value);
  }

  int unsignedShortAt(long offset) {
    short value = memory.get(SHORT, offset - windowOffset);
    return Short.toUnsignedInt(bigEndian ? Short.reverseBytes(value) : value);
  }

  int unsignedByteAt(long offset) {
    return Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, offset - windowOffset));
  }

  /**
   * Records that nothing from {@code offset} on can be read. Returns false, for the caller to
   * return.
   */
  boolean markDamaged(long offset, String reason) {
    damage = new CaptureDamage(reason, file, offset);
    return false;
  }

  @Nullable CaptureDamage damage() {
    return damage;
  }

  @Override
  public void close() throws IOException {
    if (arena.scope().isAlive()) {
      arena.close();
      channel.close();
    }
  }

  private boolean fill(long offset, int length) throws IOException {
    if (memoryOffset(offset) + length > memory.byteSize()) {
      moveTo(offset, length);
    }
    while (loadedFrom(offset) < length) {
      buffer.clear().position(loadedBytes);
      int count = channel.read(buffer);
      if (count < 0) {
        return false;
      }
      loadedBytes += count;
    }
    return true;
  }

  private void moveTo(long offset, int length) throws IOException {
    follower.releaseBefore(offset);
    long start = memoryOffset(offset);
    long kept = loadedFrom(offset);
    if (length > memory.byteSize()) {
      grow(start, kept, length);
    } else {
      MemorySegment.copy(memory, start, memory, 0, kept);
    }
    windowOffset = offset;
    loadedBytes = (int) kept;
  }

  private void grow(long start, long kept, int length) {
    Arena larger = Arena.ofShared();
    MemorySegment wide = larger.allocate(length, Long.BYTES);
    MemorySegment.copy(memory, start, wide, 0, kept);
    arena.close();
    arena = larger;
    memory = wide;
    buffer = wide.asByteBuffer();
  }
}
