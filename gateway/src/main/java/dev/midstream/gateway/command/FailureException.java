package dev.midstream.gateway.command;

/** The work cannot be done, through no fault of what the user gave. The message is one line. */
public final class FailureException extends Exception {
  private static final long serialVersionUID = 1;

  /** Work that cannot be done. */
  public FailureException(String message) {
    super(message);
  }
}
