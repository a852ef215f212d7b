package dev.midstream.ca;

/** The authority cannot do what it was asked for. The message is one line for an operator. */
public final class AuthorityException extends Exception {
  private static final long serialVersionUID = 1;

  private final Problem problem;

  /** What is wrong. */
  public enum Problem {
    /** The name is none, or is taken. */
    NAME,
    /** A file exists that must not, or is missing, or cannot be read or written. */
    FILE,
    /** The certificate that signs ends too early, or has not begun. */
    VALIDITY
  }

  AuthorityException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  AuthorityException(Problem problem, String message, Throwable cause) {
    super(message, cause);
    this.problem = problem;
  }

  /** What is wrong. */
  public Problem problem() {
    return problem;
  }
}
