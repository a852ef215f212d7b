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
 * The transfer of a document over one direction of a connection. That direction ends after the
 * document. The other direction is not touched, unless a socket fails: then both are closed.
 */
public final class Transfer {
  private static final long POLL_MILLIS = 100;

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

  /** Starts a thread that sends and one that receives. */
  public static Transfer start(SocketChannel from, SocketChannel to, Document document) {
    Transfer transfer = new Transfer(from, to);
    transfer.startThread("sender", () -> transfer.send(document));
    transfer.startThread("receiver", transfer::receive);
    return transfer;
  }

  /** Octets received so far. */
  public long receivedBytes() {
    return receivedBytes.get();
  }

  /** As {@link #await(long, Runnable)}, with nothing to run. */
  public Received await(long seconds) throws IOException {
    return await(seconds, () -> {});
  }

  /**
   * Waits for the end of the stream.
   *
   * @param meanwhile runs about every 100 ms until then
   * @throws IOException if a socket fails, or the end does not arrive within {@code seconds}
   */
  public Received await(long seconds, Runnable meanwhile) throws IOException {
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(seconds)) {
      Received result = poll();
      if (result != null) {
        return result;
      }
      meanwhile.run();
    }
    throw new IOException("not over within %d s: octets=%d".formatted(seconds, receivedBytes()));
  }

  private @Nullable Received poll() throws IOException {
    try {
      return received.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void startThread(String name, Work work) {
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
    if (!failed.get()) { // otherwise fail() closed the socket
      received.complete(new Received(receivedBytes.get(), Received.hex(digest)));
    }
  }

  /** Reports the failure, and closes both sockets so that the other thread ends too. */
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
      // The transfer has failed already.
    }
  }
}
