package dev.midstream.gateway.live;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Reads a stream to its end: its octets, and how it ended. */
final class StreamRecorder {
  private final SocketChannel socket;
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
  private final Thread thread;
  private volatile String end = "";

  private StreamRecorder(SocketChannel socket) {
    this.socket = socket;
    thread = Thread.ofPlatform().daemon().name("recorder").unstarted(this::read);
  }

  /** Starts to read. */
  static StreamRecorder start(SocketChannel socket) {
    StreamRecorder recorder = new StreamRecorder(socket);
    recorder.thread.start();
    return recorder;
  }

  int length() {
    return octets.size();
  }

  byte[] octets() {
    return octets.toByteArray();
  }

  /** Empty while the stream is open; then {@code end}, or the kernel's error message. */
  String end() {
    return end;
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try {
      while (socket.read(buffer) >= 0) {
        octets.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      end = "end";
    } catch (IOException e) {
      end = String.valueOf(e.getMessage());
    }
  }
}
