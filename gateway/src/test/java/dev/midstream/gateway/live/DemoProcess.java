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

/** The {@code demo} command as a process of its own, with options for Java in its environment. */
final class DemoProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 90;

  /** Looks whether it has come. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  private final Process process;
  private final File said;

  private DemoProcess(Process process, File said) {
    this.process = process;
    this.said = said;
  }

  /** Starts it behind {@code prefix}, with its files in {@code directory}. */
  static DemoProcess start(Path directory, List<String> prefix) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(Live.program("demo", "--directory", directory.toString()));
    File said = directory.resolve("said").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said);
    builder.environment().put("JAVA_TOOL_OPTIONS", "-Dmidstream.any=1");
    return new DemoProcess(builder.start(), said);
  }

  /** Returns as soon as {@code condition} holds. */
  static void await(String what, Condition condition) throws IOException {
    long startNanos = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - startNanos > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
        throw new AssertionError("not within %d s: %s".formatted(PATIENCE_SECONDS, what));
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Whether a process still has a program; one that nobody buried has none. */
  static boolean isAtWork(ProcessHandle process) {
    return process.info().command().isPresent();
  }

  /** What it said so far, on stdout and stderr. */
  String text() throws IOException {
    return Files.readString(said.toPath(), StandardCharsets.UTF_8);
  }

  void awaitText(String text) throws IOException {
    await(text, () -> text().contains(text) || !process.isAlive());
  }

  /** The box that is at work. */
  ProcessHandle awaitBox() throws IOException {
    await("a box", () -> box() != null || !process.isAlive());
    @Nullable ProcessHandle box = box();
    if (box == null) {
      throw new AssertionError("ended without a box: " + text());
    }
    return box;
  }

  /** What it started, and what that started. */
  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** Its exit code. */
  int awaitEnd() throws IOException {
    await("the end", () -> !process.isAlive());
    return process.exitValue();
  }

  /** Ends it without a word. */
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
