package dev.midstream.reassembly.event;

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
}
