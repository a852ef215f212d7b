package dev.midstream.gateway.admin;

/** What a client sent is no request. The message says why, in a few words. */
final class MalformedRequestException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedRequestException(String message) {
    super(message);
  }
}
