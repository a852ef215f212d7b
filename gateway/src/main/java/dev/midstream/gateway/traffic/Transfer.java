package dev.midstream.gateway.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A document on its way over one direction of a connection, which ends behind it. The other
 * direction is left alone.
 */
public final class Transfer {
  private final AtomicLong receivedBytes = new AtomicLong();
  private final CompletableFuture<Boolean> sending;
  private final CompletableFuture<Received> receiving;

  private Transfer(SocketChannel from, SocketChannel to, Document document) {
    sending = async("sender", () -> send(from, document));
    receiving = async("receiver", () -> receive(to));
  }

  /** Begins to send at one end and to take at the other. */
  public static Transfer start(SocketChannel from, SocketChannel to, Document document) {
    return new Transfer(from, to, document);
  }

  /** Octets that came so far. */
  public long receivedBytes() {
    return receivedBytes.get();
  }

  /** Waits for the end of the stream, at most {@code millis}; answers whether it came or failed. */
  public boolean isOver(long millis) throws IOException {
    try {
      receiving.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Waits until the sender has written everything. */
  public void awaitSent(long seconds) throws IOException {
    boolean ignored = await(sending, seconds);
  }

  /**
   * Waits for the end of the stream.
   *
   * @throws IOException if an end fails, or it takes longer than {@code seconds}
   */
  public Received await(long seconds) throws IOException {
    return await(receiving, seconds);
  }

  private Received receive(SocketChannel channel) throws IOException {
    MessageDigest digest = Received.sha256();
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 17);
    while (channel.read(buffer) >= 0) {
      receivedBytes.addAndGet(buffer.flip().remaining());
      digest.update(buffer);
      buffer.clear();
    }
    return new Received(receivedBytes.get(), Received.text(digest));
  }

  private static boolean send(SocketChannel channel, Document document) throws IOException {
    document.writeTo(channel);
    channel.shutdownOutput();
    return true;
  }

  private static <T> T await(CompletableFuture<T> work, long seconds) throws IOException {
    try {
      return work.get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("not within %d s".formatted(seconds), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static <T> CompletableFuture<T> async(String name, Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(() -> {
          try {
            result.complete(work.call());
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }
}
