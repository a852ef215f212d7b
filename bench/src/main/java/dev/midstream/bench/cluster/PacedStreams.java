package dev.midstream.bench.cluster;

import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Connections on which the server sends a message at each interval, and how long each client waits
 * for octets at most. Each message is edited, and what arrives is compared octet by octet.
 */
final class PacedStreams implements AutoCloseable {
  private static final int FILL_BYTES = 200;
  private static final byte[] SENT = message(BenchCluster.FIND);
  private static final byte[] EXPECTED = message(BenchCluster.REPLACEMENT);

  private final List<Stream> streams = new ArrayList<>();
  private final Duration interval;
  private volatile long sinceNanos = System.nanoTime();
  private volatile boolean isClosed;

  private PacedStreams(Duration interval) {
    this.interval = interval;
  }

  private static byte[] message(String text) {
    byte[] message =
        Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), text.length() + FILL_BYTES);
    Arrays.fill(message, text.length(), message.length, (byte) '.');
    return message;
  }

  /** Opens {@code count} connections and begins to send a message at each {@code interval}. */
  static PacedStreams open(SocketPair sockets, int count, Duration interval) throws IOException {
    PacedStreams opened = new PacedStreams(interval);
    for (int number = 0; number < count; number++) {
      Stream stream = opened.new Stream(sockets.connect());
      opened.streams.add(stream);
      stream.begin();
    }
    return opened;
  }

  /** One connection. */
  private final class Stream {
    private final Connection connection;
    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());
    private final AtomicLong longestNanos = new AtomicLong();
    private volatile @Nullable String broken;

    Stream(Connection connection) {
      this.connection = connection;
    }

    void begin() {
      Thread.ofVirtual().start(() -> run(this::send));
      Thread.ofVirtual().start(() -> run(this::receive));
    }

    private void run(Work work) {
      try {
        work.run();
      } catch (IOException | InterruptedException e) {
        if (!isClosed) {
          broken = String.valueOf(e);
        }
      }
    }

    private void send() throws IOException, InterruptedException {
      while (!isClosed) {
        ByteBuffer message = ByteBuffer.wrap(SENT);
        while (message.hasRemaining()) {
          int ignored = connection.server().write(message);
        }
        Thread.sleep(interval); // the rate
      }
    }

    private void receive() throws IOException {
      SocketChannel from = connection.client();
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      int place = 0;
      while (from.read(buffer.clear()) >= 0) {
        long nowNanos = System.nanoTime();
        long gapNanos = gapNanos(nowNanos, lastNanos.getAndSet(nowNanos));
        longestNanos.accumulateAndGet(gapNanos, Math::max);
        for (buffer.flip(); buffer.hasRemaining(); place = (place + 1) % EXPECTED.length) {
          if (buffer.get() != EXPECTED[place]) {
            throw new IOException("another octet arrived than was expected");
          }
        }
      }
      throw new IOException("ended");
    }

    private long gapNanos(long nowNanos, long beganNanos) {
      return Math.max(0, nowNanos - Math.max(beganNanos, sinceNanos));
    }

    long longestNanos() {
      return Math.max(longestNanos.get(), gapNanos(System.nanoTime(), lastNanos.get()));
    }

    int clientPort() {
      return connection.client().socket().getLocalPort();
    }
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  /** Gaps begin at {@code nanos} at the earliest from now on, and longer ones are forgotten. */
  void beginGaps(long nanos) {
    sinceNanos = nanos;
    streams.forEach(each -> each.longestNanos.set(0));
  }

  /** The longest gap of each connection since then, the present one included. */
  List<Long> gaps() {
    return streams.stream().map(Stream::longestNanos).toList();
  }

  /** Those of the connections with these ports of the client. */
  List<Long> gaps(Set<Integer> clientPorts) {
    return streams.stream()
        .filter(each -> clientPorts.contains(each.clientPort()))
        .map(Stream::longestNanos)
        .toList();
  }

  /** How many connections have ended, or have brought another octet than expected. */
  long broken() {
    return streams.stream().filter(each -> each.broken != null).count();
  }

  @Override
  public void close() throws IOException {
    isClosed = true;
    for (Stream each : streams) {
      each.connection.close();
    }
  }
}
