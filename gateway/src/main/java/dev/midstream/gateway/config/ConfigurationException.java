package dev.midstream.gateway.config;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A configuration that cannot be used, with all its problems. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1;

  private final String[] lines;

  private final transient @Nullable Configuration read;

  ConfigurationException(List<String> lines) {
    this(lines, null);
  }

  /** With what could be read. */
  ConfigurationException(List<String> lines, @Nullable Configuration read) {
    super(String.join("; ", lines));
    this.lines = lines.toArray(String[]::new);
    this.read = read;
  }

  /** The same problems, and one more. */
  public ConfigurationException with(String line) {
    return new ConfigurationException(
        Stream.concat(Stream.of(lines), Stream.of(line)).toList(), read);
  }

  /**
   * The configuration, in which defaults stand in place of what is wrong: to look for more
   * problems, not to be used. Null if the file could not be read.
   */
  public @Nullable Configuration read() {
    return read;
  }

  /** One line for each problem, in the order of the file. Each starts with file and line. */
  public List<String> lines() {
    return List.of(lines);
  }
}
