package dev.midstream.gateway.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Names and versions of programs of this machine. */
final class Programs {
  private Programs() {}

  /** Name and version of a Debian package. */
  static String packageVersion(String name) throws IOException {
    return firstLine("dpkg-query", "--show", name).replace('\t', ' ');
  }

  /** The first line of what a command says, without libraries and authors. */
  static String firstLine(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return said.lines().findFirst().orElse("").replaceAll(" \\(.*| \\| Copyright.*", "");
  }
}
