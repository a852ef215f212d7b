package dev.midstream.tables;

import org.jspecify.annotations.Nullable;

/** The common tables cannot be used. The message is one line for an operator. */
public final class TablesException extends Exception {
  private static final long serialVersionUID = 1;

  public TablesException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
