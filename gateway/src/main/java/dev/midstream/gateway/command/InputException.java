package dev.midstream.gateway.command;

/**
 * The user's input cannot be used, for example a file that is missing, not readable or no capture.
 * The message is one line that starts with the file's name.
 */
public final class InputException extends Exception {
  private static final long serialVersionUID = 1;

  public InputException(String message) {
    super(message);
  }
}
