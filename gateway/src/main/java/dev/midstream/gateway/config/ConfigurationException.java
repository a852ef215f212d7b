package dev.midstream.gateway.config;

import java.util.List;

/** A configuration that cannot be used, with all its problems. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1;

  private final String[] lines;

  ConfigurationException(List<String> lines) {
    super(String.join("; ", lines));
    this.lines = lines.toArray(String[]::new);
  }

  /** One line for each problem, in the order of the file. Each starts with file and line. */
  public List<String> lines() {
    return List.of(lines);
  }
}
