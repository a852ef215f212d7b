package dev.midstream.gateway.network;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

  private BoxProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts {@code command} and returns when it says that it is ready.
   *
   * @throws IOException if it ends before, with what it said
   */
  public static BoxProcess start(NameSpace nameSpace, List<String> command) throws IOException {
    List<String> whole = nameSpace.inside(command.toArray(String[]::new));
    BoxProcess box = new BoxProcess(new ProcessBuilder(whole).start());
    Thread listener = box.listener();
    try {
      box.awaitReady();
      return box;
    } catch (IOException e) {
      box.kill();
      join(listener);
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
   * Tells it to end in order.
   *
   * @return its exit code
   */
  public int stop() throws IOException {
    process.destroy();
    return end();
  }

  /** Ends it at once, without a word. */
  public void kill() throws IOException {
    process.destroyForcibly();
    int ignored = end();
  }

  /** Ends it, if it has not ended yet. */
  @Override
  public void close() {
    process.destroyForcibly();
  }

  private int end() throws IOException {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the program does not end: pid=" + pid());
      }
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

  private Thread listener() {
    return Thread.ofPlatform()
        .daemon()
        .name("stderr of box")
        .start(() -> process.errorReader(StandardCharsets.UTF_8).lines().forEach(complaints::add));
  }

  private static void join(Thread thread) throws IOException {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
