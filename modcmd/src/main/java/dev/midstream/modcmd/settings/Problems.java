package dev.midstream.modcmd.settings;

import java.util.ArrayList;
import java.util.List;

/** Collects every mistake of a configuration, so that all are reported at once. Not thread-safe. */
public final class Problems {
  private final List<String> lines = new ArrayList<>();

  /**
   * Adds one problem.
   *
   * @param where {@code file:line} of the mistake
   * @param message lower case, one clause, says what to do where that is not obvious
   */
  public void add(String where, String message) {
    lines.add(where + ": " + message);
  }

  /** Whether nothing was found. */
  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /** One line for each problem, in the order they were found. */
  public List<String> lines() {
    return List.copyOf(lines);
  }
}
