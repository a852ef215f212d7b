package dev.midstream.gateway.record;

import dev.midstream.wire.capture.AnnotatedCapture;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;

/**
 * The file of a recording. Written packets become readable for others after a moment. The file ends
 * between two packets, unless the program is killed. Belongs to one thread; counts may be read by
 * any.
 */
final class RecordingFile implements AutoCloseable {
  private static final long FLUSH_NANOS = 100_000_000L;

  /** Small, so that even a slow disk takes it in time when the program ends. */
  private static final long MAX_BUFFERED_BYTES = 1 << 16;

  private final SeekableByteChannel channel;
  private final AnnotatedCapture capture;
  private final long maxBytes;
  private long written;
  private long flushedNanos;
  private boolean broken;
  private volatile long packets;
  private volatile long bytes;

  /**
   * Starts a file.
   *
   * @param name for messages
   * @param maxBytes its maximum length
   */
  RecordingFile(
      SeekableByteChannel channel,
      String name,
      long maxBytes,
      List<AnnotatedCapture.Interface> interfaces,
      long nowNanos)
      throws IOException {
    this.channel = channel;
    this.maxBytes = maxBytes;
    capture = new AnnotatedCapture(channel, name, interfaces);
    flushedNanos = nowNanos;
  }

  /** Packets that others can read. */
  long packets() {
    return packets;
  }

  /** The length that others can read. */
  long bytes() {
    return bytes;
  }

  /** Whether packets that belong together fit. */
  boolean hasRoomFor(List<RecordedPacket> together) {
    long end = capture.bytes();
    for (RecordedPacket packet : together) {
      end += packet.maxBytes();
    }
    return end <= maxBytes;
  }

  void write(RecordedPacket packet) throws IOException {
    packet.writeTo(capture);
    written++;
    if (capture.bytes() - bytes >= MAX_BUFFERED_BYTES) {
      flush();
    }
  }

  /**
   * Time until {@link #flushIfDue} must be called; {@link Long#MAX_VALUE} if nothing is buffered.
   */
  long waitNanos(long nowNanos) {
    return written == packets ? Long.MAX_VALUE : flushedNanos + FLUSH_NANOS - nowNanos;
  }

  /** Flushes the file if the last flush is long enough ago. */
  void flushIfDue(long nowNanos) throws IOException {
    if (waitNanos(nowNanos) <= 0) {
      flushedNanos = nowNanos;
      flush();
    }
  }

  @Override
  public void close() throws IOException {
    try (capture) {
      flush();
    }
  }

  /** Makes written packets readable for others. */
  void flush() throws IOException {
    if (broken) {
      return;
    }
    try {
      capture.flush();
      packets = written;
      bytes = capture.bytes();
    } catch (IOException e) {
      broken = true;
      truncate(e);
      throw e;
    }
  }

  /** Removes the part of a packet that a full disk has taken. */
  private void truncate(IOException why) {
    try {
      if (channel.size() > bytes) {
        channel.truncate(bytes);
      }
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }
}
