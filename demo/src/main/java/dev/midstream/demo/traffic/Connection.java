package dev.midstream.demo.traffic;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The two sockets of one connection. */
public record Connection(SocketChannel client, SocketChannel server) implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** Writes {@code text} to a socket, in UTF-8. */
  public static void write(SocketChannel socket, String text) throws IOException {
    ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (octets.hasRemaining()) {
      int ignored = socket.write(octets);
    }
  }

  /**
   * Reads a line, without its line feed, or what remains until the end of the stream.
   *
   * @throws IOException also if neither arrives within 20 s
   */
  public static String readLine(SocketChannel socket) throws IOException {
    return readLine(socket, TIMEOUT);
  }

  static String readLine(SocketChannel channel, Duration timeout) throws IOException {
    Socket socket = channel.socket();
    InputStream stream = socket.getInputStream();
    StringBuilder line = new StringBuilder();
    long startNanos = System.nanoTime();
    try {
      while (true) {
        Duration left = timeout.minusNanos(System.nanoTime() - startNanos);
        socket.setSoTimeout((int) Math.max(1, left.toMillis()));
        int octet = stream.read();
        if (octet < 0 || octet == '\n') {
          return line.toString();
        }
        line.append((char) octet);
      }
    } catch (SocketTimeoutException e) {
      throw new IOException(
          "no whole line within %d ms: octets=%d".formatted(timeout.toMillis(), line.length()), e);
    }
  }

  /** Closes a socket with a RST in place of a FIN. */
  public static void reset(SocketChannel socket) throws IOException {
    socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}
