package dev.midstream.bench.port;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The server of every load, with a thread for each connection. One of mail speaks first. */
final class LoadServer {
  private static final int STREAM_BUFFER_BYTES = 1 << 20;
  private static final int MESSAGE_BUFFER_BYTES = 1 << 16;
  private static final int BACKLOG = 4_096;

  private final int port;
  private final boolean mail;

  LoadServer(int port, boolean isMail) {
    this.port = port;
    mail = isMail;
  }

  void serve() throws IOException {
    try (ServerSocketChannel listening = ServerSocketChannel.open()) {
      listening.bind(new InetSocketAddress(port), BACKLOG);
      System.out.println("ready");
      while (true) {
        SocketChannel channel = listening.accept();
        Thread.ofVirtual().start(() -> answer(channel));
      }
    }
  }

  private void answer(SocketChannel channel) {
    ByteBuffer kind = ByteBuffer.allocate(1);
    try (channel) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      if (mail) {
        Mail.answer(channel);
        discard(channel);
        return;
      }
      Target.read(channel, kind);
      switch (kind.get(0)) {
        case Target.STREAM -> discard(channel);
        case Target.GET -> HttpAnswer.answer(channel);
        case Target.TALK -> echo(channel, Integer.MAX_VALUE);
        default -> echo(channel, 1);
      }
    } catch (IOException e) {
      System.err.println(e);
    }
  }

  private static void discard(SocketChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(STREAM_BUFFER_BYTES);
    while (channel.read(buffer.clear()) >= 0) {
      // discarded
    }
  }

  private static void echo(SocketChannel channel, int times) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(MESSAGE_BUFFER_BYTES);
    for (int i = 0; i < times && channel.read(buffer.clear()) >= 0; i++) {
      Target.write(channel, buffer.flip());
    }
  }
}
