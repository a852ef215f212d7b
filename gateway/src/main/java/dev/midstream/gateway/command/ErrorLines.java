package dev.midstream.gateway.command;

import java.io.PrintWriter;
import java.util.List;

/** Writes problems to stderr, one line each. */
public final class ErrorLines {
  private final PrintWriter err;

  /** Writes to {@code err}. */
  public ErrorLines(PrintWriter err) {
    this.err = err;
  }

  /** Writes one line. Line breaks and other control characters become question marks. */
  void print(String message) {
    StringBuilder line = new StringBuilder("midstream: ");
    message
        .codePoints()
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .forEach(line::appendCodePoint);
    err.println(line);
    err.flush();
  }

  void print(List<String> messages) {
    messages.forEach(this::print);
  }

  /** Writes a line for each warning. */
  public void warn(List<String> warnings) {
    warnings.forEach(warning -> print("warning: " + warning));
  }

  /** Writes one line about an error, and its stack trace if {@code debug} is set. */
  void print(String message, Throwable error, boolean debug) {
    print(message);
    if (debug) {
      error.printStackTrace(err);
      err.flush();
    }
  }

  /** Writes one line about an unexpected error, and its stack trace if {@code debug} is set. */
  void printUnexpected(Throwable error, boolean debug) {
    print("unexpected error, error=" + error, error, debug);
  }
}
