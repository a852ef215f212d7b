package dev.midstream.gateway.command;

import java.io.PrintWriter;
import java.util.List;

/** Writes what went wrong to stderr, one line for each problem. */
final class ErrorLines {
  private final PrintWriter err;

  ErrorLines(PrintWriter err) {
    this.err = err;
  }

  /** Writes one line; line breaks and other control characters become question marks. */
  void print(String message) {
    StringBuilder line = new StringBuilder("midstream: ");
    message
        .codePoints()
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .forEach(line::appendCodePoint);
    err.println(line);
    err.flush();
  }

  /** Writes several lines. */
  void print(List<String> messages) {
    messages.forEach(this::print);
  }

  /** Writes a line for each warning of a configuration that can be used. */
  void warn(List<String> warnings) {
    warnings.forEach(warning -> print("warning: " + warning));
  }

  /** Writes one line about an error, and its stack if the user wants it. */
  void print(String message, Throwable error, boolean debug) {
    print(message);
    if (debug) {
      error.printStackTrace(err);
      err.flush();
    }
  }

  /** Writes one line for an error nobody expected, and its stack if the user wants it. */
  void printUnexpected(Throwable error, boolean debug) {
    print("unexpected error, error=" + error, error, debug);
  }
}
