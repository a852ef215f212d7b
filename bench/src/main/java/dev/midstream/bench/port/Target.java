package dev.midstream.bench.port;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Where a {@link LoadServer} listens. */
record Target(String host, int port) {
  /** The first octet of a connection says what becomes of the others: they are taken in. */
  static final byte STREAM = 's';

  /** What comes goes back. */
  static final byte TALK = 't';

  /** What comes first goes back, and the server closes. */
  static final byte ONCE = 'o';

  /** A connection of one kind, its first octet sent; {@code buffer} is used for it. */
  SocketChannel connect(byte kind, ByteBuffer buffer) throws IOException {
    SocketChannel channel = SocketChannel.open(new InetSocketAddress(host, port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
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
}
