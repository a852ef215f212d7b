package dev.midstream.reassembly.event;

import dev.midstream.modcmd.agent.Direction;

/** Takes what an operator may want to read. Called on the engine's thread; must not block. */
@FunctionalInterface
public interface EventSink {

  /** Forgets everything. */
  EventSink NONE = (reason, connection, text) -> {};

  /**
   * Something happened to a connection.
   *
   * @param reason why
   * @param connection addresses and ports, client first
   * @param text one lower-case clause; never payload octets
   */
  void event(Reason reason, String connection, String text);

  /**
   * An agent's edit was decided; nobody hears of it but who wants to.
   *
   * @param connection addresses and ports, client first
   * @param direction whose octets are edited
   * @param orgStart the original offset of the first octet, from 0
   * @param orgLength octets taken out
   * @param newLength octets put in
   * @param carriedOut whether it is carried out, or only would be
   */
  default void edit(
      String connection,
      Direction direction,
      long orgStart,
      int orgLength,
      int newLength,
      boolean carriedOut) {}
}
