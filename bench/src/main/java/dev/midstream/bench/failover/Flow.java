package dev.midstream.bench.failover;

import dev.midstream.bench.cluster.BenchCluster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * One direction of a transfer: a message at each interval until it is told to end. Both ends make a
 * digest (SHA-256), the sender that of what is to arrive.
 */
final class Flow {
  private static final String FILL = ".".repeat(180);

  private final SocketChannel from;
  private final SocketChannel to;
  private final int number;
  private final UnaryOperator<String> arriving;
  private final Duration interval;
  private final CompletableFuture<byte[]> expected = new CompletableFuture<>();
  private final CompletableFuture<State> end = new CompletableFuture<>();
  private volatile boolean isEnding;
  private volatile long sinceNanos = System.nanoTime();
  private volatile long lastNanos = sinceNanos;
  private volatile long longestNanos;

  /** How it ended. */
  enum State {
    /** Every octet arrived, and the end of the stream. */
    WHOLE,
    /** A socket was reset, or the stream ended too early. */
    BROKEN,
    /** Other octets arrived. */
    WRONG,
    /** Nothing arrived for a minute. */
    STALLED
  }

  Flow(
      SocketChannel from,
      SocketChannel to,
      int number,
      UnaryOperator<String> arriving,
      Duration interval) {
    this.from = from;
    this.to = to;
    this.number = number;
    this.arriving = arriving;
    this.interval = interval;
  }

  void begin() {
    Thread _ = Thread.ofVirtual().start(this::send);
    Thread _ = Thread.ofVirtual().start(this::receive);
  }

  private void send() {
    MessageDigest digest = sha256();
    try {
      for (int message = 0; !isEnding; message++) {
        String text = "%d %s %d %s%n".formatted(number, BenchCluster.FIND, message, FILL);
        digest.update(arriving.apply(text).getBytes(StandardCharsets.UTF_8));
        ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (octets.hasRemaining()) {
          int ignored = from.write(octets);
        }
        Thread.sleep(interval); // the rate
      }
      boolean ignored = expected.complete(digest.digest());
      SocketChannel _ = from.shutdownOutput();
    } catch (IOException e) {
      boolean ignored = end.complete(State.BROKEN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void receive() {
    MessageDigest digest = sha256();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try {
      while (to.read(buffer.clear()) >= 0) {
        long nowNanos = System.nanoTime();
        longestNanos = Math.max(longestNanos, gapNanos(nowNanos));
        lastNanos = nowNanos;
        digest.update(buffer.flip());
      }
      boolean ignored = end.complete(atEnd(digest.digest()));
    } catch (IOException e) {
      boolean ignored = end.complete(State.BROKEN);
    }
  }

  private State atEnd(byte[] arrived) {
    if (!expected.isDone()) {
      return State.BROKEN;
    }
    return MessageDigest.isEqual(arrived, expected.join()) ? State.WHOLE : State.WRONG;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gaps begin at {@code nanos} at the earliest from now on, and earlier ones are forgotten. */
  void beginGaps(long nanos) {
    sinceNanos = nanos;
    longestNanos = 0;
  }

  private long gapNanos(long nowNanos) {
    return Math.max(0, nowNanos - Math.max(lastNanos, sinceNanos));
  }

  /** The longest time in which nothing arrived. */
  long longestNanos() {
    return longestNanos;
  }

  /** The sender ends its stream after the message that it is about to send. */
  void end() {
    isEnding = true;
  }

  boolean hasEnded() {
    return end.isDone();
  }

  /** If nothing has arrived for {@code limit}, it ends as stalled. */
  void giveUpAfter(Duration limit) {
    if (gapNanos(System.nanoTime()) > limit.toNanos()) {
      boolean ignored = end.complete(State.STALLED);
    }
  }

  /** How it ended; only after it has. */
  State state() {
    return end.join();
  }
}
