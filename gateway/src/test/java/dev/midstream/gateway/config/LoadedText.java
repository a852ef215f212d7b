package dev.midstream.gateway.config;

import dev.midstream.gateway.config.ConfigurationFile.Purpose;
import dev.midstream.gateway.plugin.AgentCatalog;
import dev.midstream.gateway.plugin.ForeignCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Loads a text as a configuration file, with the agents ftp, http and substitute. */
final class LoadedText {
  private static final AgentCatalog AGENTS =
      AgentCatalog.of(
          List.of(
              new FakeProvider("ftp"), new FakeProvider("http"), new FakeProvider("substitute")),
          ForeignCalls.LIMIT);

  private LoadedText() {}

  static Configuration load(Path directory, String text)
      throws IOException, ConfigurationException {
    return load(directory, text.getBytes(StandardCharsets.UTF_8));
  }

  static Configuration load(Path directory, byte[] octets)
      throws IOException, ConfigurationException {
    return load(directory, octets, Purpose.OFFLINE);
  }

  static Configuration load(Path directory, byte[] octets, Purpose purpose)
      throws IOException, ConfigurationException {
    Path file = directory.resolve("c.yaml");
    Files.write(file, octets);
    return ConfigurationFile.load(file, purpose, AGENTS);
  }

  /** The problems of a text, without the directory; empty if it is valid. */
  static List<String> problems(Path directory, String text) throws IOException {
    return problems(directory, text.getBytes(StandardCharsets.UTF_8));
  }

  static List<String> problems(Path directory, byte[] octets) throws IOException {
    return problems(directory, octets, Purpose.OFFLINE);
  }

  static List<String> problems(Path directory, byte[] octets, Purpose purpose) throws IOException {
    try {
      load(directory, octets, purpose);
      return List.of();
    } catch (ConfigurationException e) {
      return e.lines().stream().map(line -> line.replace(directory + "/", "")).toList();
    }
  }
}
