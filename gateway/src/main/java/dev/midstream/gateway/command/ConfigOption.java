package dev.midstream.gateway.command;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names a command's configuration. */
final class ConfigOption {
  @SuppressWarnings("NullAway.Init") // a required option, set by picocli before the call
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The configuration, YAML or JSON.")
  private Path file;

  Path file() {
    return file;
  }
}
