package dev.midstream.wire.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps the thread on one processor, as the kernel does while it receives a frame. */
record OneProcessor(String thread, String before) implements AutoCloseable {
  static OneProcessor begin() throws IOException {
    Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
    String thread = self.getFileName().toString();
    String all = run("taskset", "-cp", thread).strip();
    String before = all.substring(all.lastIndexOf(' ') + 1);
    String ignored = run("taskset", "-cp", before.replaceAll("[,-].*", ""), thread);
    return new OneProcessor(thread, before);
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.onExit().join().exitValue()).as(output).isZero();
    return output;
  }

  @Override
  public void close() throws IOException {
    String ignored = run("taskset", "-cp", before, thread);
  }
}
