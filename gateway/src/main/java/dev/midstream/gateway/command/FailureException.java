package dev.midstream.gateway.command;

/** Work that failed although the user's input was valid. The message is one line. */
public class FailureException extends Exception {
  private static final long serialVersionUID = 1;

  public FailureException(String message) {
    super(message);
  }

  /** A failure with a cause, whose stack trace helps to find it. */
  public FailureException(String message, Throwable cause) {
    super(message, cause);
  }
}
