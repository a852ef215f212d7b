package dev.midstream.ca;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.zip.ZipException;

/** The authority cannot do what it was asked for. The message is one line for an operator. */
public final class AuthorityException extends Exception {
  private static final long serialVersionUID = 1;

  private final Problem problem;

  /** What is wrong. */
  public enum Problem {
    /** The name is none, or is taken. */
    NAME,
    /** A file exists that must not, or is missing, or cannot be read, or may not be written. */
    FILE,
    /** Writing has failed, as on a full disk. */
    WRITING,
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

  /** What failed, of an error while files were read and written. */
  static Problem problemOf(IOException error) {
    boolean isWish =
        error instanceof AccessDeniedException
            || error instanceof NoSuchFileException
            || error.getCause() instanceof ZipException;
    return isWish ? Problem.FILE : Problem.WRITING;
  }

  /** What is wrong. */
  public Problem problem() {
    return problem;
  }
}
