package dev.midstream.agent.settings;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects all mistakes of a configuration, so that they are reported together, and warnings of
 * settings that are valid but probably not intended. Not thread-safe.
 */
public final class Problems {
  private final List<String> lines = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * Adds a mistake.
   *
   * @param where {@code file:line} of the mistake
   * @param message lower case, one clause; with the remedy if it is not obvious
   */
  public void add(String where, String message) {
    lines.add(where + ": " + message);
  }

  /** Adds a warning: as {@link #add}, but the configuration stays usable. */
  public void warn(String where, String message) {
    warnings.add(where + ": " + message);
  }

  /** Whether there is no mistake; warnings do not count. */
  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /** The warnings, one line each, in order. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** The mistakes, one line each, in order. */
  public List<String> lines() {
    return List.copyOf(lines);
  }
}
