package dev.midstream.demo.network;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The program at work inside a name space, as a process of its own that ends with this one. */
public final class BoxProcess implements AutoCloseable {
  private static final String READY = "midstream ready";
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final int PATIENCE_SECONDS = 10;

  /** With any of these Java says on stderr that it heeds them. */
  private static final Set<String> ANNOUNCED =
      Set.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS");

  /** Starts all of them, for the kernel kills them at the end of the thread that did. */
  private static final ExecutorService STARTER =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("starter of boxes").factory());

  private final Process process;
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

  private final Thread listener;

  private BoxProcess(Process process) {
    this.process = process;
    listener =
        Thread.ofPlatform().daemon().name("stderr of box").start(() -> listen(process, complaints));
  }

  /**
   * Starts {@code command} and returns when it says that it is ready. What Java is told by the
   * environment it does not hear; the command has to say it.
   *
   * @throws IOException if it ends before, or is not ready within 60 s, with what it said
   */
  public static BoxProcess start(NameSpace nameSpace, List<String> command) throws IOException {
    return start(nameSpace, command, START_PATIENCE);
  }

  static BoxProcess start(NameSpace nameSpace, List<String> command, Duration patience)
      throws IOException {
    BoxProcess box = begin(nameSpace, command);
    try {
      box.awaitReady(patience);
      return box;
    } catch (IOException e) {
      box.kill();
      throw new IOException(e.getMessage() + ": said=" + box.complaints, e);
    }
  }

  /** The same, but returns at once: it may not be ready yet. */
  public static BoxProcess begin(NameSpace nameSpace, List<String> command) throws IOException {
    List<String> tied = new ArrayList<>(Privilege.TIED);
    tied.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(nameSpace.inside(tied.toArray(String[]::new)));
    silence(builder.environment());
    return new BoxProcess(outcome(STARTER.submit(builder::start), START_PATIENCE, "started"));
  }

  /** The process's id. */
  public long pid() {
    return process.pid();
  }

  /** The lines on stderr so far. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Comes when it has ended, with its exit code. */
  public CompletableFuture<Integer> onExit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /**
   * Tells it to end in order, and hears what it says until then.
   *
   * @return its exit code
   */
  public int stop() throws IOException {
    tell();
    return end();
  }

  /** Tells it to end in order, and does not wait. */
  public void tell() {
    /* Process.destroy would close stderr, and what is said at the end would not be heard. */
    boolean ignored = process.toHandle().destroy();
  }

  /** Ends it at once, without a word. */
  public void kill() throws IOException {
    close();
    int ignored = end();
  }

  /** Ends it, if it has not ended yet. */
  @Override
  public void close() {
    boolean ignored = process.toHandle().destroyForcibly();
  }

  private int end() throws IOException {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the program does not end: pid=" + pid());
      }
      boolean ignored = listener.join(Duration.ofSeconds(PATIENCE_SECONDS));
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void awaitReady(Duration patience) throws IOException {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    FutureTask<@Nullable String> reading = new FutureTask<>(reader::readLine);
    Thread.ofPlatform().daemon().name("stdout of box").start(reading);
    @Nullable String line = outcome(reading, patience, "ready");
    if (!READY.equals(line)) {
      throw new IOException("the program does not start: line=" + line);
    }
  }

  static void silence(Map<String, String> environment) {
    environment.keySet().removeAll(ANNOUNCED);
  }

  private static <T extends @Nullable Object> T outcome(
      Future<T> step, Duration patience, String aim) throws IOException {
    try {
      return step.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          "the program is not %s within %d ms".formatted(aim, patience.toMillis()), e);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static void listen(Process process, Queue<String> complaints) {
    process.errorReader(StandardCharsets.UTF_8).lines().forEach(complaints::add);
  }
}
