package dev.midstream.wire.port;

/** Thrown when a port cannot be opened; the message is one clause for the operator. */
public final class PortException extends Exception {
  private static final long serialVersionUID = 1L;

  public PortException(String message) {
    super(message);
  }
}
