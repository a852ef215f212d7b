package dev.midstream.modcmd.settings;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects every mistake of a configuration, so that all are reported at once, and warnings of what
 * works but is hardly meant. Not thread-safe.
 */
public final class Problems {
  private final List<String> lines = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * Adds one problem.
   *
   * @param where {@code file:line} of the mistake
   * @param message lower case, one clause, says what to do where that is not obvious
   */
  public void add(String where, String message) {
    lines.add(where + ": " + message);
  }

  /** Adds a warning; like {@link #add}, but the configuration stays usable. */
  public void warn(String where, String message) {
    warnings.add(where + ": " + message);
  }

  /** Whether no mistake was found; warnings do not count. */
  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /** One line for each warning, in the order they were found. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** One line for each problem, in the order they were found. */
  public List<String> lines() {
    return List.copyOf(lines);
  }
}
