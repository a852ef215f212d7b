package dev.midstream.reassembly.event;

import dev.midstream.agent.Direction;

/** Receives events for the operator. Called on the engine's thread; must not block. */
@FunctionalInterface
public interface EventSink {

  /** Ignores all events. */
  EventSink NONE = (reason, connection, text) -> {};

  /**
   * Called for each event of a connection.
   *
   * @param reason its code
   * @param connection addresses and ports, client first
   * @param text one lower-case clause; payload octets only where an agent quotes them: in what it
   *     throws, and in why it aborts
   */
  void event(Reason reason, String connection, String text);

  /**
   * Called for each case of a reason that an agent counts; ignored by default.
   *
   * @param code the agent's name, a dot, and the code of the reason
   * @param connection addresses and ports, client first
   * @param text the agent's own words, one clause
   */
  default void agentEvent(String code, String connection, String text) {}

  /**
   * Whether {@link #debug} is to be called. A connection keeps its name for as long as it lives,
   * which costs memory.
   */
  default boolean isDebugging() {
    return false;
  }

  /**
   * Called, if {@link #isDebugging}, for what only a developer wants to know; ignored by default.
   *
   * @param code its code
   * @param connection addresses and ports, client first
   * @param text one lower-case clause
   */
  default void debug(String code, String connection, String text) {}

  /**
   * Called for each failure of an agent, before its event; ignored by default. The event also has
   * what the agent says of it.
   *
   * @param agent its name
   * @param rule the rule of the connection
   * @param connection addresses and ports, client first
   * @param why the class of what it has thrown and where, or what it answered wrongly; never
   *     payload octets
   */
  default void agentFailed(String agent, String rule, String connection, String why) {}

  /**
   * Called for each decided edit; ignored by default.
   *
   * @param connection addresses and ports, client first
   * @param direction the direction of the octets
   * @param orgStart the original offset of the first octet, from 0
   * @param orgLength octets removed; of a drop those that the agent named, also those still to come
   * @param newLength octets inserted
   * @param carriedOut whether the edit is carried out, or only counted in monitor mode
   */
  default void edit(
      String connection,
      Direction direction,
      long orgStart,
      int orgLength,
      int newLength,
      boolean carriedOut) {}
}
