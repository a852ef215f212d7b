package dev.midstream.wire.capture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * A file written in large chunks: records are collected in a buffer, and long runs of other memory
 * are written without a copy. Positions are offsets in the buffer.
 */
final class CaptureOutput implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int DIRECT_BYTES = 1 << 16;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final WritableByteChannel channel;
  private final String file;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory = arena.allocate(BUFFER_BYTES, Long.BYTES);
  private final ByteBuffer buffer = memory.asByteBuffer();
  private int filledBytes;
  private boolean bigEndian;

  CaptureOutput(WritableByteChannel channel, String file) {
    this.channel = channel;
    this.file = file;
  }

  /** Sets the byte order of numbers from here on. */
  void bigEndian(boolean bigEndian) {
    this.bigEndian = bigEndian;
  }

  /** Reserves {@code count} octets, at most the whole buffer; returns the position of the first. */
  int reserve(int count) throws IOException {
    if (count > BUFFER_BYTES - filledBytes) {
      flush();
    }
    int position = filledBytes;
    filledBytes += count;
    return position;
  }

  void putInt(int position, int value) {
    memory.set(INT, position, bigEndian ? Integer.reverseBytes(value) : value);
  }

  /** Puts a number with its least significant octet first, whatever the byte order of the file. */
  void putIntLittleEndian(int position, int value) {
    memory.set(INT, position, value);
  }

  void putShort(int position, int value) {
    short octets = (short) value;
    memory.set(SHORT, position, bigEndian ? Short.reverseBytes(octets) : octets);
  }

  void putOctets(int position, MemorySegment source, long offset, int length) {
    MemorySegment.copy(source, offset, memory, position, length);
  }

  void putZeros(int position, int length) {
    memory.asSlice(position, length).fill((byte) 0);
  }

  /**
   * Writes {@code length} octets at {@code offset} of {@code source}, after everything written
   * before.
   */
  void write(MemorySegment source, long offset, long length) throws IOException {
    if (length >= DIRECT_BYTES) {
      flush();
      drain(source.asSlice(offset, length).asByteBuffer());
    } else {
      putOctets(reserve((int) length), source, offset, (int) length);
    }
  }

  @Override
  public void close() throws IOException {
    if (!arena.scope().isAlive()) {
      return;
    }
    try (channel;
        arena) {
      flush();
    }
  }

  /** Writes the buffer to the file. */
  void flush() throws IOException {
    buffer.clear().limit(filledBytes);
    filledBytes = 0;
    drain(buffer);
  }

  private void drain(ByteBuffer octets) throws IOException {
    try {
      while (octets.hasRemaining()) {
        channel.write(octets);
      }
    } catch (IOException e) {
      throw new IOException("cannot write capture file=" + file + " reason=" + e.getMessage(), e);
    }
  }
}
