package dev.midstream.agent;

import java.util.Objects;

/**
 * Related connections that will be opened soon, such as the data connection of FTP. Its opener may
 * use any source port.
 *
 * @param opener the direction whose sender will open them, in terms of the connection that
 *     announces them
 * @param to where it will connect to, as it says itself: an address of the announcing connection's
 *     version of IP, and a port of 1 to 65,535
 * @param handler what becomes of them
 * @param context is told to the agent that decides them, in {@link Opening#context}; at most {@link
 *     #MAX_CONTEXT_BYTES} octets
 * @param connections how many are expected; 1 or more
 */
public record Expectation(
    Direction opener, Endpoint to, Handler handler, Octets context, int connections) {

  /** Maximum length of the context, which is kept as long as the expectation. */
  public static final int MAX_CONTEXT_BYTES = 512;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one of them is out of range
   */
  public Expectation {
    Objects.requireNonNull(opener, "opener");
    Objects.requireNonNull(handler, "handler");
    if (to.port() == 0) {
      throw new IllegalArgumentException("a port of 1 or more is needed: to=" + to);
    }
    if (context.length() > MAX_CONTEXT_BYTES) {
      throw new IllegalArgumentException("context is too long: bytes=" + context.length());
    }
    if (connections < 1) {
      throw new IllegalArgumentException("too few: connections=" + connections);
    }
  }

  /** One connection without a context. */
  public static Expectation of(Direction opener, Endpoint to, Handler handler) {
    return new Expectation(opener, to, handler, Octets.empty(), 1);
  }

  /** Whether {@code other} has the same opener and end, so that one takes the other's place. */
  public boolean isSamePlace(Expectation other) {
    return opener == other.opener && to.equals(other.to);
  }
}
