package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A transfer of random octets over one direction of a connection, which goes on until it is ended.
 */
final class LastingTransfer {
  private static final int PIECE_BYTES = 1 << 15;
  private static final int BULK_BYTES = 1 << 18;
  private static final int PIECES = 16;
  private static final long PAUSE_NANOS = 20_000_000;
  private static final long TIMEOUT_SECONDS = 60;

  private final SocketChannel from;
  private final SocketChannel to;
  private final int pieceBytes;
  private final long pauseNanos;
  private final AtomicLong received = new AtomicLong();
  private final CompletableFuture<String> sentDigest = new CompletableFuture<>();
  private final CompletableFuture<String> receivedDigest = new CompletableFuture<>();
  private volatile boolean isEnding;
  private volatile long longestNanos;

  private LastingTransfer(SocketChannel from, SocketChannel to, int pieceBytes, long pauseNanos) {
    this.from = from;
    this.to = to;
    this.pieceBytes = pieceBytes;
    this.pauseNanos = pauseNanos;
  }

  /**
   * Starts a thread that sends and one that receives. It rests between pieces, because many of them
   * share two processors.
   */
  static LastingTransfer start(SocketChannel from, SocketChannel to, int seed) {
    return start(new LastingTransfer(from, to, PIECE_BYTES, PAUSE_NANOS), seed);
  }

  /** The same, as fast as the sockets allow. */
  static LastingTransfer startBulk(SocketChannel from, SocketChannel to, int seed) {
    return start(new LastingTransfer(from, to, BULK_BYTES, 0), seed);
  }

  private static LastingTransfer start(LastingTransfer transfer, int seed) {
    run(transfer.sentDigest, () -> transfer.send(new Random(seed)));
    run(transfer.receivedDigest, transfer::receive);
    return transfer;
  }

  private interface Work {
    String run() throws IOException;
  }

  private static void run(CompletableFuture<String> result, Work work) {
    Thread ignored =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                result.complete(work.run());
              } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
              }
            });
  }

  private String send(Random random) throws IOException {
    MessageDigest digest = sha256();
    byte[] octets = new byte[pieceBytes * PIECES];
    random.nextBytes(octets);
    while (!isEnding) {
      int at = random.nextInt(PIECES) * pieceBytes;
      digest.update(octets, at, pieceBytes);
      ByteBuffer piece = ByteBuffer.wrap(octets, at, pieceBytes);
      while (piece.hasRemaining()) {
        int ignored = from.write(piece);
      }
      LockSupport.parkNanos(pauseNanos);
    }
    from.shutdownOutput();
    return HexFormat.of().formatHex(digest.digest());
  }

  private String receive() throws IOException {
    MessageDigest digest = sha256();
    ByteBuffer buffer = ByteBuffer.allocateDirect(pieceBytes);
    long lastNanos = Long.MAX_VALUE;
    while (to.read(buffer) >= 0) {
      long nowNanos = System.nanoTime();
      longestNanos = Math.max(longestNanos, nowNanos - lastNanos);
      lastNanos = nowNanos;
      received.addAndGet(buffer.flip().remaining());
      digest.update(buffer);
      buffer.clear();
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Octets received so far. */
  long received() {
    return received.get();
  }

  /** The longest time in which nothing arrived after the first octet. */
  long longestNanos() {
    return longestNanos;
  }

  /** Lets the sender end its stream after the present piece. */
  void end() {
    isEnding = true;
  }

  /** Asserts that all that was sent has arrived. */
  void assertWhole() throws Exception {
    String sent = sentDigest.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    assertThat(receivedDigest.get(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo(sent);
  }

  /** Asserts that both ends are reset, each within {@code seconds}. */
  void assertIsReset(long seconds) {
    for (CompletableFuture<String> each : List.of(sentDigest, receivedDigest)) {
      assertThat(each)
          .failsWithin(Duration.ofSeconds(seconds))
          .withThrowableOfType(ExecutionException.class)
          .withMessageContaining("onnection reset");
    }
  }
}
