package dev.midstream.demo.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A document on its way over one direction of a connection, which ends behind it. The other
 * direction is left alone, unless an end fails: then both ends are closed.
 */
public final class Transfer {
  private static final long STEP_MILLIS = 100;

  /** What one of its threads does. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private final SocketChannel from;
  private final SocketChannel to;
  private final AtomicLong receivedBytes = new AtomicLong();
  private final AtomicBoolean failed = new AtomicBoolean();
  private final CompletableFuture<Received> received = new CompletableFuture<>();

  private Transfer(SocketChannel from, SocketChannel to) {
    this.from = from;
    this.to = to;
  }

  /** Begins to send at one end and to take at the other. */
  public static Transfer start(SocketChannel from, SocketChannel to, Document document) {
    Transfer transfer = new Transfer(from, to);
    transfer.work("sender", () -> transfer.send(document));
    transfer.work("receiver", transfer::receive);
    return transfer;
  }

  /** Octets that came so far. */
  public long receivedBytes() {
    return receivedBytes.get();
  }

  /**
   * Waits for the end of the stream.
   *
   * @throws IOException if an end fails, or it takes longer than {@code seconds}
   */
  public Received await(long seconds) throws IOException {
    return await(seconds, () -> {});
  }

  /**
   * Waits for the end of the stream.
   *
   * @param meanwhile runs now and then until it comes
   * @throws IOException if an end fails, or it takes longer than {@code seconds}
   */
  public Received await(long seconds, Runnable meanwhile) throws IOException {
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(seconds)) {
      Received whole = await();
      if (whole != null) {
        return whole;
      }
      meanwhile.run();
    }
    throw new IOException("not over within %d s: octets=%d".formatted(seconds, receivedBytes()));
  }

  private @Nullable Received await() throws IOException {
    try {
      return received.get(STEP_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void work(String name, Work work) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(() -> {
          try {
            work.run();
          } catch (IOException | RuntimeException e) {
            fail(e);
          }
        });
  }

  private void send(Document document) throws IOException {
    document.writeTo(from);
    from.shutdownOutput();
  }

  private void receive() throws IOException {
    MessageDigest digest = Received.sha256();
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 17);
    while (to.read(buffer) >= 0) {
      receivedBytes.addAndGet(buffer.flip().remaining());
      digest.update(buffer);
      buffer.clear();
    }
    if (!failed.get()) { // else the end is that of the closed socket
      received.complete(new Received(receivedBytes.get(), Received.text(digest)));
    }
  }

  /** Tells whoever waits, and lets go of the thread at the other end. */
  private void fail(Exception failure) {
    if (!received.isDone() && failed.compareAndSet(false, true)) {
      close(from);
      close(to);
      boolean ignored = received.completeExceptionally(failure);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }
}
