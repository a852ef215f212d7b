package dev.midstream.demo.network;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The program as a process inside a network namespace. It ends at the latest with this process. */
public final class BoxProcess implements AutoCloseable {
  private static final String READY = "midstream ready";

  /** Not an error: many machines do not allow it. */
  private static final String FAST_PATH = "INFO  the fast path is ";

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(60);

  /** Java reports each of these variables on stderr. */
  private static final Set<String> JAVA_OPTIONS =
      Set.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS");

  private final Process process;
  private final Queue<String> errorLines = new ConcurrentLinkedQueue<>();
  private final Thread errorReader;

  private BoxProcess(Process process) {
    this.process = process;
    errorReader =
        Thread.ofPlatform()
            .daemon()
            .name("stderr of box")
            .start(
                () -> process.errorReader(StandardCharsets.UTF_8).lines().forEach(errorLines::add));
  }

  /**
   * Starts {@code command} and returns when it reports that it is ready. Java options in the
   * environment are removed; those that the program needs must be in the command.
   *
   * @throws IOException if it ends early or is not ready within 60 s, with its stderr
   */
  public static BoxProcess start(Namespace namespace, List<String> command) throws IOException {
    return start(namespace, command, START_TIMEOUT);
  }

  static BoxProcess start(Namespace namespace, List<String> command, Duration timeout)
      throws IOException {
    BoxProcess box = launch(namespace, command);
    try {
      box.awaitReady(timeout);
      return box;
    } catch (IOException e) {
      box.kill();
      throw new IOException(e.getMessage() + ": said=" + box.errorLines, e);
    }
  }

  /** Starts {@code command} and returns at once; the program may not be ready yet. */
  public static BoxProcess launch(Namespace namespace, List<String> command) throws IOException {
    return new BoxProcess(
        Children.start(namespace, command, builder -> removeJavaOptions(builder.environment())));
  }

  public long pid() {
    return process.pid();
  }

  /** The lines on stderr so far, without those that say whether the kernel may forward. */
  public List<String> errorLines() {
    return errorLines.stream().filter(line -> !line.contains(FAST_PATH)).toList();
  }

  /** The lines on stderr so far that say whether the kernel may forward. */
  public List<String> fastPathLines() {
    return errorLines.stream().filter(line -> line.contains(FAST_PATH)).toList();
  }

  /** Completes with the exit code when the process has ended. */
  public CompletableFuture<Integer> onExit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /**
   * Sends SIGTERM, waits for the end of the process, and reads its stderr until then.
   *
   * @return its exit code
   */
  public int stop() throws IOException {
    terminate();
    return awaitEnd();
  }

  /** Sends SIGTERM and does not wait. */
  public void terminate() {
    // Process.destroy would close stderr and lose the last lines.
    boolean ignored = process.toHandle().destroy();
  }

  /** Sends a signal, such as HUP, and does not wait. */
  public void signal(String name) throws IOException {
    Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid()).start();
    try {
      if (kill.waitFor() != 0) {
        throw new IOException("cannot send a signal: name=" + name + " pid=" + pid());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Sends SIGKILL and waits for the end of the process. */
  public void kill() throws IOException {
    close();
    int ignored = awaitEnd();
  }

  /** Sends SIGKILL and does not wait. */
  @Override
  public void close() {
    boolean ignored = process.toHandle().destroyForcibly();
  }

  /** Waits for the end of the process, reads its stderr until then, and returns the exit code. */
  public int awaitEnd() throws IOException {
    try {
      if (!process.waitFor(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("the program does not end: pid=" + pid());
      }
      boolean ignored = errorReader.join(END_TIMEOUT);
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /**
   * Waits until a program that was launched reports that it is ready. To be called once.
   *
   * @throws IOException if it ends before, or is not ready within 60 s
   */
  public void awaitReady() throws IOException {
    awaitReady(START_TIMEOUT);
  }

  private void awaitReady(Duration timeout) throws IOException {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    FutureTask<@Nullable String> reading = new FutureTask<>(reader::readLine);
    Thread.ofPlatform().daemon().name("stdout of box").start(reading);
    @Nullable String line = Children.await(reading, timeout, "ready");
    if (!READY.equals(line)) {
      throw new IOException("the program does not start: line=" + line);
    }
  }

  static void removeJavaOptions(Map<String, String> environment) {
    environment.keySet().removeAll(JAVA_OPTIONS);
  }
}
