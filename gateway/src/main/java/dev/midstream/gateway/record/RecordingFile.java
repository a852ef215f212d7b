package dev.midstream.gateway.record;

import dev.midstream.wire.capture.AnnotatedCapture;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;

/**
 * The file of a recording. What is written can be read a moment later, and the file never ends
 * within a packet unless the program does. Belongs to one thread; how far it is may be asked by
 * any.
 */
final class RecordingFile implements AutoCloseable {
  private static final long FLUSH_NANOS = 100_000_000L;

  /** Little, so that a slow disk has it soon when the program ends. */
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
   * Begins a file.
   *
   * @param name for messages
   * @param maxBytes how long it may become
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

  /** How long the file is for others. */
  long bytes() {
    return bytes;
  }

  /** Whether packets that belong together can be written. */
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

  /** How long until {@link #flushIfDue} is wanted; {@link Long#MAX_VALUE} if nothing waits. */
  long waitNanos(long nowNanos) {
    return written == packets ? Long.MAX_VALUE : flushedNanos + FLUSH_NANOS - nowNanos;
  }

  /** Lets others read what was written, if the last time is long enough ago. */
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

  /** Lets others read what was written. */
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

  /** A full disk may have taken part of a packet. */
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
