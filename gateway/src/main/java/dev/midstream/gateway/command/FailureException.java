package dev.midstream.gateway.command;

/** Tells why the work failed, through no fault of what the user gave. The message is one line. */
public final class FailureException extends Exception {
  private static final long serialVersionUID = 1;

  /** A failure that its message explains. */
  public FailureException(String message) {
    super(message);
  }

  /** A failure whose stack trace is of use. */
  public FailureException(String message, Throwable cause) {
    super(message, cause);
  }
}
