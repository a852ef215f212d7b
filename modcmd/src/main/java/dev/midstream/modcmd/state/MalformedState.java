package dev.midstream.modcmd.state;

/** Octets are not the state that they should be. */
public final class MalformedState extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public MalformedState(String message) {
    super(message);
  }

  public MalformedState(String message, Throwable cause) {
    super(message, cause);
  }
}
