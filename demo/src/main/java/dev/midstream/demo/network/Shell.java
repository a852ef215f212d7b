package dev.midstream.demo.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands that run to their end. */
final class Shell {
  private Shell() {}

  /**
   * Runs a command with {@code input} and gives what it wrote.
   *
   * @throws IOException if it cannot be run or does not end with 0
   */
  static String run(String input, List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
    } catch (IOException e) {
      // It ended early; its exit code and what it said tell why.
    }
    String said = read(process.getInputStream());
    if (endOf(process) != 0) {
      throw new IOException("command failed: command=" + command + " said=" + firstLine(said));
    }
    return said;
  }

  static String read(InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }

  static String firstLine(String text) {
    return text.lines().findFirst().orElse("nothing");
  }

  private static int endOf(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
