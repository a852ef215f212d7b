package dev.midstream.gateway.live;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The {@code demo} command as a process, with Java options in its environment. */
final class DemoProcess implements AutoCloseable {
  private static final long TIMEOUT_SECONDS = 180;

  /** A condition to wait for. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  private final Process process;
  private final File output;

  private DemoProcess(Process process, File output) {
    this.process = process;
    this.output = output;
  }

  /** Starts the command after {@code prefix}, with its files in {@code directory}. */
  static DemoProcess start(Path directory, List<String> prefix, String... options)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(Live.program("demo", "--directory", directory.toString()));
    command.addAll(List.of(options));
    File output = directory.resolve("said").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
    builder.environment().put("JAVA_TOOL_OPTIONS", "-Dmidstream.any=1");
    return new DemoProcess(builder.start(), output);
  }

  /** Returns when {@code condition} holds. */
  static void await(String what, Condition condition) throws IOException {
    long startNanos = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - startNanos > TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS)) {
        throw new AssertionError("not within %d s: %s".formatted(TIMEOUT_SECONDS, what));
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Whether a process is alive; a zombie is not. */
  static boolean isAlive(ProcessHandle process) {
    return process.info().command().isPresent();
  }

  /** Its output so far, stdout and stderr. */
  String text() throws IOException {
    return Files.readString(output.toPath(), StandardCharsets.UTF_8);
  }

  void awaitText(String text) throws IOException {
    await(text, () -> text().contains(text) || !process.isAlive());
  }

  /** The process of the current box. */
  ProcessHandle awaitBox() throws IOException {
    await("a box", () -> box() != null || !process.isAlive());
    @Nullable ProcessHandle box = box();
    if (box == null) {
      throw new AssertionError("ended without a box: " + text());
    }
    return box;
  }

  /** Its descendants. */
  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** Its exit code. */
  int awaitEnd() throws IOException {
    await("the end", () -> !process.isAlive());
    return process.exitValue();
  }

  /** Sends SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
  }

  private @Nullable ProcessHandle box() {
    return process
        .descendants()
        .filter(each -> each.info().command().orElse("").endsWith("/java"))
        .findFirst()
        .orElse(null);
  }
}
