package dev.midstream.gateway.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.Midstream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own. */
final class RewriteProcess {
  private static final long TIMEOUT_SECONDS = 120;

  private RewriteProcess() {}

  /**
   * Runs {@code rewrite} with {@code arguments} to its end.
   *
   * @param options of the JVM
   * @param log gets what the program writes
   * @return the exit code
   */
  static int run(List<String> options, Path log, String... arguments)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>();
    command.addAll(List.of(java, "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Midstream.class.getName(), "rewrite"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
