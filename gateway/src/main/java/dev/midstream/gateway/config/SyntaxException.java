package dev.midstream.gateway.config;

/** A text that is no usable YAML; reading cannot go on behind it. */
final class SyntaxException extends Exception {
  private static final long serialVersionUID = 1;

  private final int line;
  private final String problem;

  SyntaxException(int line, String problem) {
    super(problem);
    this.line = line;
    this.problem = problem;
  }

  /** The line of the mistake, from 1. */
  int line() {
    return line;
  }

  /** What is wrong, in one line. */
  String problem() {
    return problem;
  }
}
