package dev.midstream.bench.cluster;

import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A connection on which the client sends messages with a text that is edited. What arrives is
 * compared octet by octet. At most so many messages are under way at once as {@code window} says.
 */
final class EditedMessages implements AutoCloseable {
  private static final long TIMEOUT_SECONDS = 60;

  private final Connection connection;
  private final byte[] sent;
  private final byte[] expected;
  private final Semaphore window;
  private final AtomicLong arrived = new AtomicLong();
  private final CompletableFuture<Long> sending = new CompletableFuture<>();
  private final CompletableFuture<Long> receiving = new CompletableFuture<>();
  private volatile boolean isEnding;

  private EditedMessages(Connection connection, int fillBytes, int window) {
    this.connection = connection;
    this.sent = message(BenchCluster.FIND, fillBytes);
    this.expected = message(BenchCluster.REPLACEMENT, fillBytes);
    this.window = new Semaphore(window);
  }

  private static byte[] message(String text, int fillBytes) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    byte[] message = Arrays.copyOf(octets, octets.length + fillBytes);
    Arrays.fill(message, octets.length, message.length, (byte) '.');
    return message;
  }

  /** Opens a connection on which nothing is sent yet; {@code fillBytes} follow each text. */
  static EditedMessages open(SocketPair sockets, int fillBytes, int window) throws IOException {
    Connection connection = sockets.connect();
    SocketChannel ignored = connection.client().setOption(StandardSocketOptions.TCP_NODELAY, true);
    return new EditedMessages(connection, fillBytes, window);
  }

  /** Begins to send {@code count} messages, or until {@link #end}. */
  void begin(long count) {
    Thread.ofVirtual().start(() -> run(() -> send(count), sending));
    Thread.ofVirtual().start(() -> run(this::receive, receiving));
  }

  @FunctionalInterface
  private interface Work {
    long run() throws IOException, InterruptedException;
  }

  private static void run(Work work, CompletableFuture<Long> result) {
    try {
      result.complete(work.run());
    } catch (IOException | InterruptedException | RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  private long send(long count) throws IOException, InterruptedException {
    long done = 0;
    for (; done < count && !isEnding; done++) {
      window.acquire();
      ByteBuffer message = ByteBuffer.wrap(sent);
      while (message.hasRemaining()) {
        int ignored = connection.client().write(message);
      }
    }
    connection.client().shutdownOutput();
    return done;
  }

  private long receive() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    int place = 0;
    while (connection.server().read(buffer.clear()) >= 0) {
      for (buffer.flip(); buffer.hasRemaining(); ) {
        if (buffer.get() != expected[place++]) {
          throw new IOException("another octet arrived than was expected");
        }
        if (place == expected.length) {
          place = 0;
          arrived.incrementAndGet();
          window.release();
        }
      }
    }
    return arrived.get();
  }

  /** How many messages have arrived. */
  long arrived() {
    return arrived.get();
  }

  /** Sends no more. */
  void end() {
    isEnding = true;
  }

  /** Waits for the end of the stream, for up to 60 s. Each message must have arrived edited. */
  void awaitEnd() throws IOException {
    try {
      long all = sending.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      long got = receiving.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (got != all) {
        throw new IOException("messages are missing: sent=" + all + " arrived=" + got);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the stream does not end: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    isEnding = true;
    connection.close();
  }
}
