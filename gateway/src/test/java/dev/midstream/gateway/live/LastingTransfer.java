package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A transfer of random octets over one direction of a connection, which goes on until it is ended.
 */
final class LastingTransfer {
  private static final int PIECE_BYTES = 1 << 15;
  private static final long PAUSE_NANOS = 20_000_000;
  private static final long TIMEOUT_SECONDS = 60;

  private final SocketChannel from;
  private final SocketChannel to;
  private final AtomicLong received = new AtomicLong();
  private final CompletableFuture<String> sentDigest = new CompletableFuture<>();
  private final CompletableFuture<String> receivedDigest = new CompletableFuture<>();
  private volatile boolean isEnding;

  private LastingTransfer(SocketChannel from, SocketChannel to) {
    this.from = from;
    this.to = to;
  }

  /** Starts a thread that sends and one that receives. */
  static LastingTransfer start(SocketChannel from, SocketChannel to, int seed) {
    LastingTransfer transfer = new LastingTransfer(from, to);
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
    byte[] piece = new byte[PIECE_BYTES];
    while (!isEnding) {
      random.nextBytes(piece);
      digest.update(piece);
      ByteBuffer octets = ByteBuffer.wrap(piece);
      while (octets.hasRemaining()) {
        int ignored = from.write(octets);
      }
      LockSupport.parkNanos(PAUSE_NANOS); // many of them share two processors
    }
    from.shutdownOutput();
    return HexFormat.of().formatHex(digest.digest());
  }

  private String receive() throws IOException {
    MessageDigest digest = sha256();
    ByteBuffer buffer = ByteBuffer.allocate(PIECE_BYTES);
    while (to.read(buffer) >= 0) {
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

  /** Lets the sender end its stream after the present piece. */
  void end() {
    isEnding = true;
  }

  /** Asserts that all that was sent has arrived. */
  void assertWhole() throws Exception {
    String sent = sentDigest.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    assertThat(receivedDigest.get(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo(sent);
  }
}
