package dev.midstream.modcmd.search.pattern;

import java.io.Serial;
import java.util.Objects;

/** A pattern that is malformed, without a bound or beyond a limit. The message says what to do. */
public final class PatternException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  /**
   * Creates the exception.
   *
   * @param message lower case, one clause; with the remedy if it is not obvious
   */
  PatternException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
