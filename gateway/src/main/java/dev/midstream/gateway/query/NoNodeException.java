package dev.midstream.gateway.query;

import dev.midstream.gateway.command.FailureException;

/** No process listens where a node should. */
final class NoNodeException extends FailureException {
  private static final long serialVersionUID = 1;

  NoNodeException(String message) {
    super(message);
  }
}
