package dev.midstream.gateway.live;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What one end hears of a stream, octet for octet, and how the stream ended. */
final class Listener {
  private final SocketChannel socket;
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
  private final Thread thread;
  private volatile String end = "";

  private Listener(SocketChannel socket) {
    this.socket = socket;
    thread = Thread.ofPlatform().daemon().name("listener").unstarted(this::listen);
  }

  /** Begins to listen. */
  static Listener at(SocketChannel socket) {
    Listener listener = new Listener(socket);
    listener.thread.start();
    return listener;
  }

  int length() {
    return heard.size();
  }

  byte[] octets() {
    return heard.toByteArray();
  }

  /** Empty while the stream goes on; then {@code end}, or what the kernel said instead. */
  String end() {
    return end;
  }

  private void listen() {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try {
      while (socket.read(buffer) >= 0) {
        heard.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      end = "end";
    } catch (IOException e) {
      end = String.valueOf(e.getMessage());
    }
  }
}
