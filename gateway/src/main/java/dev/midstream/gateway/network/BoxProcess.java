package dev.midstream.gateway.network;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** The program at work inside a name space, as a process of its own. */
public final class BoxProcess implements AutoCloseable {
  private static final String READY = "midstream ready";
  private static final int PATIENCE_SECONDS = 10;

  private final Process process;
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

  private final Thread listener;

  private BoxProcess(Process process) {
    this.process = process;
    listener =
        Thread.ofPlatform().daemon().name("stderr of box").start(() -> listen(process, complaints));
  }

  /**
   * Starts {@code command} and returns when it says that it is ready.
   *
   * @throws IOException if it ends before, with what it said
   */
  public static BoxProcess start(NameSpace nameSpace, List<String> command) throws IOException {
    List<String> whole = nameSpace.inside(command.toArray(String[]::new));
    BoxProcess box = new BoxProcess(new ProcessBuilder(whole).start());
    try {
      box.awaitReady();
      return box;
    } catch (IOException e) {
      box.kill();
      throw new IOException(e.getMessage() + ": said=" + box.complaints, e);
    }
  }

  /** The process's id. */
  public long pid() {
    return process.pid();
  }

  /** The lines on stderr so far. */
  public List<String> complaints() {
    return List.copyOf(complaints);
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

  private void awaitReady() throws IOException {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    String line = reader.readLine();
    if (!READY.equals(line)) {
      throw new IOException("the program does not start: line=" + line);
    }
  }

  private static void listen(Process process, Queue<String> complaints) {
    process.errorReader(StandardCharsets.UTF_8).lines().forEach(complaints::add);
  }
}
