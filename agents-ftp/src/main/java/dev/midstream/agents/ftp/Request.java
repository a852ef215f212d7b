package dev.midstream.agents.ftp;

import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;
import java.util.List;

/**
 * What is known of a command until its reply comes.
 *
 * @param kind what the reply means
 * @param text the user of {@link Kind#USER}, the path of {@link Kind#CHANGE}, the command and the
 *     path of {@link Kind#TRANSFER}; empty otherwise
 * @param port of {@link Kind#PORT}: where the client listens; 0 otherwise
 */
record Request(Kind kind, String text, int port) {
  /** The kinds of commands whose replies mean something. The list may only grow at its end. */
  enum Kind {
    OTHER,
    /** No command: the server speaks first. */
    GREETING,
    USER,
    /** A reply of 230 means that the user is logged in. */
    LOGIN,
    REINITIALIZE,
    AUTH,
    PORT,
    PASSIVE,
    EXTENDED_PASSIVE,
    ONLY_EXTENDED_PASSIVE,
    TRANSFER,
    STATUS,
    CHANGE,
    PARENT,
    PRINT,
    SYSTEM,
    FEATURES
  }

  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final int MAX_PORT = 65_535;

  static final Request GREETING = of(Kind.GREETING);
  static final Request OTHER = of(Kind.OTHER);

  static Request of(Kind kind) {
    return new Request(kind, "", 0);
  }

  static Request of(Kind kind, String text) {
    return new Request(kind, text, 0);
  }

  static Request ofPort(int port) {
    return new Request(Kind.PORT, "", port);
  }

  static void write(StateWriter out, Request request) {
    out.choice(request.kind, KINDS).text(request.text).number(request.port);
  }

  static Request read(StateReader in, Limits limits) {
    return new Request(in.choice(KINDS), in.text(limits.textBytes()), in.number(MAX_PORT));
  }
}
