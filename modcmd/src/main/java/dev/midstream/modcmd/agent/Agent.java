package dev.midstream.modcmd.agent;

/**
 * A protocol agent: a function of state and view to state and decisions. It has no clock, draws no
 * random numbers and does no I/O; how the octets were cut into packets must not change its
 * decisions. It knows nothing about packet order, retransmission or loss.
 *
 * <p>One agent object serves many connections and threads; what it knows of a connection is its
 * state, an immutable value.
 *
 * @param <S> the state of one connection, both directions; immutable, with value equality
 */
public interface Agent<S> {

  /** The state of a connection that has just been opened. */
  S newConnection();

  /**
   * Decides octets of one direction from the front of the view.
   *
   * <p>Called when the undecided octets of the direction grew, at its end of stream (the view may
   * then be empty), after silence (see {@link OctetView#flush()}), and when a call for the other
   * direction changed the state. A throw discards the decisions and keeps the old state.
   *
   * @return the new state; the same instance if nothing changed
   */
  S onOctets(S state, Direction direction, OctetView view, Decisions out);

  /** The most octets of one direction this agent may leave undecided; 1 or more. */
  default int maxHold() {
    return 65_536;
  }

  /**
   * Whether decisions for one direction depend on that direction's octets only, so that another
   * node can repeat them exactly.
   */
  default boolean replaysExactly() {
    return false;
  }

  /**
   * Whether all decisions leave as many octets as there were. Then a connection whose numbers
   * nobody translates any more, such as after a restart, still is what its ends take it for.
   */
  default boolean keepsLengths() {
    return false;
  }

  /** Whether silence ends a hold; an agent that denies requests may say no. */
  default boolean wantsFlush() {
    return true;
  }

  /** Turns the state into octets and back, for the nodes that keep a copy. */
  StateCodec<S> codec();
}
