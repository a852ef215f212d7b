package dev.midstream.wire.fastpath;

/** Thrown when the fast path cannot be used; the message is one clause for the operator. */
public final class FastPathException extends Exception {
  private static final long serialVersionUID = 1L;

  public FastPathException(String message) {
    super(message);
  }
}
