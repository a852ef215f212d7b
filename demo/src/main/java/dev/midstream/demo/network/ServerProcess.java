package dev.midstream.demo.network;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server that listens in a network namespace. It ends at the latest with this process. */
public final class ServerProcess implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(2);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Process process;

  private ServerProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts {@code command}, which must stay in the foreground, and returns when it accepts
   * connections.
   *
   * @param port where it listens, also at the loopback interface
   * @param directory its working directory; what it says goes to the file {@code said} there
   * @throws IOException if it ends early or does not listen within 10 s, with what it said
   */
  public static ServerProcess start(
      Namespace namespace, List<String> command, int port, Path directory) throws IOException {
    Path said = directory.resolve("said");
    Process process =
        Children.start(
            namespace,
            command,
            builder ->
                builder
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile()));
    ServerProcess server = new ServerProcess(process);
    try {
      server.awaitListening(namespace, port);
      return server;
    } catch (IOException e) {
      server.close();
      String text = Shell.firstLine(Files.readString(said));
      throw new IOException(e.getMessage() + ": command=" + command + " said=" + text, e);
    }
  }

  /** Ends the server and its children, and waits for its end. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void awaitListening(Namespace namespace, int port) throws IOException {
    long startNanos = System.nanoTime();
    while (!namespace.call(() -> isListening(port))) {
      if (!process.isAlive()) {
        throw new IOException("the server ended: exit-code=" + process.exitValue());
      }
      if (System.nanoTime() - startNanos > START_TIMEOUT.toNanos()) {
        throw new IOException("the server does not listen: port=" + port);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static boolean isListening(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }
}
