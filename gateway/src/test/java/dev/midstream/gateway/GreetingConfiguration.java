package dev.midstream.gateway;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.ConfigurationException;
import dev.midstream.gateway.config.ConfigurationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A configuration for tests of what stands around an engine that edits. */
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

  /** Greets otherwise what clients say to port 80; by way of a file in {@code directory}. */
  public static Configuration load(Path directory) throws IOException, ConfigurationException {
    return ConfigurationFile.load(Files.writeString(directory.resolve("run.yaml"), TEXT));
  }
}
