package dev.midstream.bench.cluster;

import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Notices when the kernel closes the sockets of a node, which is some time after the signal that
 * kills it: its memory is given back first. To be opened at most 5 s before.
 */
final class CloseWatch implements AutoCloseable {
  private static final long TIMEOUT_SECONDS = 5;

  private final Socket socket;
  private final FutureTask<Long> closing;

  private CloseWatch(Socket socket) {
    this.socket = socket;
    this.closing = new FutureTask<>(() -> endNanos(socket));
  }

  static CloseWatch of(Namespace node) throws IOException {
    CloseWatch watch = new CloseWatch(NodeRequests.connect(node));
    Thread.ofPlatform().daemon().start(watch.closing);
    return watch;
  }

  private static long endNanos(Socket socket) {
    try {
      int ignored = socket.getInputStream().read();
    } catch (IOException _) {
      // A reset is an end, too.
    }
    return System.nanoTime();
  }

  /** When that was. Waits for up to 5 s. */
  long nanos() throws IOException {
    try {
      return closing.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the node does not end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
