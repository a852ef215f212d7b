package dev.midstream.bench.port;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** The address of a {@link LoadServer}. */
record Target(String host, int port) {
  /** The first octet of a connection selects its kind. This kind discards all octets. */
  static final byte STREAM = 's';

  /** Answers a request of HTTP, which begins with this octet. */
  static final byte GET = 'G';

  private static final int MOST_BYTES = 4_096;

  /** Echoes all octets. */
  static final byte TALK = 't';

  /** Echoes the first message, then closes. */
  static final byte ONCE = 'o';

  SocketChannel connect() throws IOException {
    SocketChannel channel = SocketChannel.open(new InetSocketAddress(host, port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return channel;
  }

  /** Opens a connection of one kind and sends its first octet; uses {@code buffer}. */
  SocketChannel connect(byte kind, ByteBuffer buffer) throws IOException {
    SocketChannel channel = connect();
    write(channel, buffer.clear().put(kind).flip());
    return channel;
  }

  static void write(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      int ignored = channel.write(buffer);
    }
  }

  static void read(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("the server went away");
      }
    }
  }

  /**
   * Reads what ends with {@code ending}, after which the other side waits; 4,096 octets at most.
   */
  static String readTo(String ending, SocketChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(MOST_BYTES);
    String text = "";
    while (!text.endsWith(ending)) {
      if (channel.read(buffer) <= 0) {
        throw new EOFException("no end of what was sent: " + text);
      }
      text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
    }
    return text;
  }
}
