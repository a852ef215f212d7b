package dev.midstream.gateway.command;

/** Tells why forwarding ended by itself, in one clause. */
public final class InlineException extends Exception {
  private static final long serialVersionUID = 1L;

  public InlineException(String message, Throwable cause) {
    super(message, cause);
  }
}
