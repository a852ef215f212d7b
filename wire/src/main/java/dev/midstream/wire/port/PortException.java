package dev.midstream.wire.port;

/** Tells why a port cannot be opened, in one clause for the operator. */
public final class PortException extends Exception {
  private static final long serialVersionUID = 1L;

  public PortException(String message) {
    super(message);
  }
}
