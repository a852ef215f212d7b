package dev.midstream.agents.smtp;

import java.util.List;

/** What the next octets of the client are. The list may only grow at its end. */
enum Phase {
  /** A command line. */
  COMMAND,
  /** The rest of a command line that was too long. */
  LONG_COMMAND,
  /** Not known until the answer to the last command comes. */
  WAITING,
  /** As {@link #WAITING}, after STARTTLS. */
  WAITING_FOR_TLS,
  /** As {@link #WAITING_FOR_TLS}, and the client has sent something that is no TLS. */
  AHEAD_OF_TLS,
  /** The first octets of TLS. */
  TLS,
  /** A line of an exchange that AUTH began (RFC 4954 section 4). */
  RESPONSE,
  /** The rest of such a line that was too long. */
  LONG_RESPONSE,
  /** The text of a message after DATA. */
  TEXT,
  /** Nothing: a denial was the last answer, and the connection ends behind it. */
  CLOSING,
  /** Nothing: both directions were ended. */
  CLOSED;

  static final List<Phase> ALL = List.of(values());

  boolean isWaiting() {
    return this == WAITING || this == WAITING_FOR_TLS || this == AHEAD_OF_TLS;
  }
}
