package dev.midstream.demo.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs commands of the system. */
final class Shell {
  private Shell() {}

  /**
   * Runs a command to its end and returns its output, stdout and stderr.
   *
   * @param input what the command reads from stdin
   * @throws IOException if it cannot be started or its exit code is not 0
   */
  static String run(String input, List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
    } catch (IOException e) {
      // It ended early; its exit code and output say why.
    }
    String output = read(process.getInputStream());
    if (exitCode(process) != 0) {
      throw new IOException("command failed: command=" + command + " said=" + firstLine(output));
    }
    return output;
  }

  static String read(InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }

  static String firstLine(String text) {
    return text.lines().findFirst().orElse("nothing");
  }

  private static int exitCode(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
