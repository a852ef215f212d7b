package dev.midstream.bench.port;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A program that is a server, or a client which measures one connection: {@code serve PORT}, {@code
 * stream HOST PORT SECONDS WRITE-BYTES}, {@code talk HOST PORT SECONDS MESSAGE-BYTES}. The first
 * second is left out.
 */
public final class Load {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The first octet of a connection: all that follows is taken in, or each message comes back. */
  private static final byte STREAM = 's';

  private static final byte TALK = 't';

  private Load() {}

  /** Serves, or measures and prints a line. */
  public static void main(String... arguments) throws IOException {
    switch (arguments[0]) {
      case "serve" -> serve(Integer.parseInt(arguments[1]));
      case "stream" -> stream(arguments);
      case "talk" -> talk(arguments);
      default -> throw new IllegalArgumentException("serve, stream or talk: " + arguments[0]);
    }
  }

  private static void serve(int port) throws IOException {
    try (ServerSocketChannel listening = ServerSocketChannel.open()) {
      listening.bind(new InetSocketAddress(port));
      System.out.println("ready");
      while (true) {
        SocketChannel channel = listening.accept();
        Thread.ofPlatform().start(() -> answer(channel));
      }
    }
  }

  private static void answer(SocketChannel channel) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try (channel) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      buffer.limit(1);
      int read = channel.read(buffer);
      boolean talks = read == 1 && buffer.get(0) == TALK;
      while (read >= 0) {
        read = channel.read(buffer.clear());
        if (talks && read > 0) {
          write(channel, buffer.flip());
        }
      }
    } catch (IOException e) {
      System.err.println(e);
    }
  }

  /** Prints Gbit/s. */
  private static void stream(String... arguments) throws IOException {
    long endNanos = SECOND_NANOS * Integer.parseInt(arguments[3]);
    ByteBuffer buffer = ByteBuffer.allocateDirect(Integer.parseInt(arguments[4]));
    try (SocketChannel channel = connect(arguments, STREAM)) {
      long startNanos = System.nanoTime();
      long bytes = 0;
      long nanos = 0;
      long firstBytes = 0;
      long firstNanos = 0;
      while (nanos < endNanos) {
        write(channel, buffer.clear());
        bytes += buffer.capacity();
        nanos = System.nanoTime() - startNanos;
        if (firstNanos == 0 && nanos >= SECOND_NANOS) {
          firstNanos = nanos;
          firstBytes = bytes;
        }
      }
      double gigabits = (bytes - firstBytes) * 8.0 / (nanos - firstNanos);
      System.out.println(String.format(Locale.ROOT, "%.2f", gigabits));
    }
  }

  /** Prints the median and the 99th percentile of the round trip in microseconds. */
  private static void talk(String... arguments) throws IOException {
    long endNanos = SECOND_NANOS * Integer.parseInt(arguments[3]);
    ByteBuffer buffer = ByteBuffer.allocateDirect(Integer.parseInt(arguments[4]));
    long[] trips = new long[1_000_000];
    int count = 0;
    try (SocketChannel channel = connect(arguments, TALK)) {
      long startNanos = System.nanoTime();
      long beforeNanos = startNanos;
      while (beforeNanos - startNanos < endNanos && count < trips.length) {
        write(channel, buffer.clear());
        read(channel, buffer.clear());
        long afterNanos = System.nanoTime();
        if (afterNanos - startNanos > SECOND_NANOS) {
          trips[count++] = afterNanos - beforeNanos;
        }
        beforeNanos = afterNanos;
      }
    }
    Arrays.sort(trips, 0, count);
    System.out.println(
        String.format(
            Locale.ROOT, "%.1f %.1f", trips[count / 2] / 1e3, trips[count * 99 / 100] / 1e3));
  }

  private static SocketChannel connect(String[] arguments, byte kind) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2])));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    write(channel, ByteBuffer.wrap(new byte[] {kind}));
    return channel;
  }

  private static void write(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      int ignored = channel.write(buffer);
    }
  }

  private static void read(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new IOException("the server went away");
      }
    }
  }
}
