package dev.midstream.gateway.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Both sockets of one connection. */
public record Connection(SocketChannel client, SocketChannel server) implements AutoCloseable {

  /** Writes {@code text} to a socket. */
  public static void say(SocketChannel socket, String text) throws IOException {
    ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (octets.hasRemaining()) {
      int ignored = socket.write(octets);
    }
  }

  /** Reads from a socket up to and without the next line feed, or to the end of the stream. */
  public static String hear(SocketChannel socket) throws IOException {
    StringBuilder line = new StringBuilder();
    ByteBuffer octet = ByteBuffer.allocate(1);
    while (socket.read(octet.clear()) > 0 && octet.get(0) != '\n') {
      line.append((char) octet.get(0));
    }
    return line.toString();
  }

  /** Closes a socket so that its peer sees a reset. */
  public static void reset(SocketChannel socket) throws IOException {
    socket.setOption(java.net.StandardSocketOptions.SO_LINGER, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}
