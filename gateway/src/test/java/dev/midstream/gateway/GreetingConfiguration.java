package dev.midstream.gateway;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.ConfigurationException;
import dev.midstream.gateway.config.ConfigurationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A configuration with one edit, for tests around an engine. */
public final class GreetingConfiguration {
  private static final String TEXT =
      """
      port: { inside: veth-a, outside: veth-b }
      rules:
        - name: greeting
          match: { destination-port: 80 }
          agent: substitute
          settings: { client-to-server: [ { find: "Hello world", replace: "Hi there" } ] }
      """;

  private GreetingConfiguration() {}

  /**
   * Replaces greetings of clients on port 80. The configuration is written to {@code directory}
   * first.
   */
  public static Configuration load(Path directory) throws IOException, ConfigurationException {
    return ConfigurationFile.load(Files.writeString(directory.resolve("run.yaml"), TEXT));
  }
}
