package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Connections on which both ends send pages at a steady rate until {@link #assertWhole}, each page
 * with random octets and the mark. So there is traffic however long what happens meanwhile takes.
 */
final class SteadyStreams implements AutoCloseable {
  private static final int PAGE_BYTES = 1_000;
  private static final int PAGE_MILLIS = 10;
  private static final long TIMEOUT_SECONDS = 120;

  private static final int RECEIVE_BYTES = 8_192;

  private final List<Connection> connections = new ArrayList<>();
  private final List<Stream> streams = new ArrayList<>();
  private final int pageMillis;
  private volatile boolean ending;

  private SteadyStreams(int pageMillis) {
    this.pageMillis = pageMillis;
  }

  /** Opens {@code count} connections and begins to send on them, each end a page in 10 ms. */
  static SteadyStreams open(SocketPair sockets, int count) throws IOException {
    return open(sockets, count, PAGE_MILLIS);
  }

  /** Opens {@code count} connections and begins to send on them. */
  static SteadyStreams open(SocketPair sockets, int count, int pageMillis) throws IOException {
    SteadyStreams opened = new SteadyStreams(pageMillis);
    for (int i = 0; i < count; i++) {
      Connection connection = sockets.connect();
      opened.connections.add(connection);
      opened.begin("up " + i, connection.client(), connection.server());
      opened.begin("down " + i, connection.server(), connection.client());
    }
    return opened;
  }

  private void begin(String name, SocketChannel from, SocketChannel to) {
    Stream stream = new Stream(name);
    streams.add(stream);
    start(name + " sender", () -> stream.sent.complete(send(stream, from)), stream.sent);
    start(name + " receiver", () -> stream.received.complete(receive(stream, to)), stream.received);
  }

  private static void start(String name, Work work, CompletableFuture<?> result) {
    Thread.ofVirtual()
        .name(name)
        .start(() -> {
          try {
            work.run();
          } catch (IOException | InterruptedException | RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  /** Returns the digest of what must arrive. */
  private String send(Stream stream, SocketChannel to) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(stream.name.hashCode());
    MessageDigest expected = sha256();
    byte[] mark = Live.MARK.getBytes(StandardCharsets.UTF_8);
    byte[] replaced = Live.REPLACEMENT.getBytes(StandardCharsets.UTF_8);
    byte[] page = new byte[PAGE_BYTES];
    while (!ending) {
      random.nextBytes(page);
      expected.update(page);
      expected.update(replaced);
      write(to, page);
      write(to, mark);
      Thread.sleep(pageMillis); // the rate
    }
    to.shutdownOutput();
    return hex(expected);
  }

  private static void write(SocketChannel to, byte[] octets) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(octets);
    while (buffer.hasRemaining()) {
      int ignored = to.write(buffer);
    }
  }

  private static String receive(Stream stream, SocketChannel from) throws IOException {
    MessageDigest digest = sha256();
    ByteBuffer buffer = ByteBuffer.allocate(RECEIVE_BYTES);
    while (from.read(buffer.clear()) >= 0) {
      stream.octets.addAndGet(buffer.flip().remaining());
      digest.update(buffer);
    }
    return hex(digest);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Waits until each stream has brought so many octets from now on. */
  void awaitEach(long octets) throws IOException {
    List<Long> before = streams.stream().map(each -> each.octets.get()).toList();
    for (int i = 0; i < streams.size(); i++) {
      Stream stream = streams.get(i);
      long wanted = before.get(i) + octets;
      long beginNanos = System.nanoTime();
      while (stream.octets.get() < wanted) {
        if (stream.received.isDone() || stream.sent.isDone()) {
          throw new AssertionError(stream.name + " has ended: " + stream.why());
        }
        if (System.nanoTime() - beginNanos > TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS)) {
          throw new AssertionError(stream.name + " stalls: octets=" + stream.octets);
        }
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAGE_MILLIS); // until more has come
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Ends all streams, each of which must have arrived whole and edited. */
  void assertWhole() throws IOException {
    ending = true;
    for (Stream stream : streams) {
      try {
        String sent = stream.sent.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        String received = stream.received.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        assertThat(received).as(stream.name).isEqualTo(sent);
      } catch (TimeoutException e) {
        throw new AssertionError(stream.name + " does not end: octets=" + stream.octets, e);
      } catch (ExecutionException e) {
        throw new AssertionError(stream.name + " broke: octets=" + stream.octets, e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    ending = true;
    for (Connection each : connections) {
      each.close();
    }
  }

  /** One direction of a connection. */
  private static final class Stream {
    private final String name;
    private final AtomicLong octets = new AtomicLong();
    private final CompletableFuture<String> sent = new CompletableFuture<>();
    private final CompletableFuture<String> received = new CompletableFuture<>();

    Stream(String name) {
      this.name = name;
    }

    private String why() {
      return sent.isCompletedExceptionally()
          ? sent.exceptionNow().toString()
          : received.isCompletedExceptionally() ? received.exceptionNow().toString() : "over";
    }
  }
}
