package dev.midstream.agents.smtp;

import java.util.List;

/** What is known of a command until its reply comes. The list may only grow at its end. */
enum Request {
  OTHER,
  /** No command: the server speaks first. */
  GREETING,
  HELO,
  EHLO,
  LHLO,
  MAIL,
  RECIPIENT,
  DATA,
  /** The end of the text after DATA. */
  TEXT,
  CHUNK,
  LAST_CHUNK,
  RESET,
  AUTH,
  STARTTLS;

  static final List<Request> ALL = List.of(values());

  boolean isHello() {
    return this == HELO || this == EHLO || this == LHLO;
  }

  boolean isChunk() {
    return this == CHUNK || this == LAST_CHUNK;
  }

  /** Whether the reply ends a message. LMTP has one for each recipient (RFC 2033 section 4.2). */
  boolean endsMessage() {
    return this == TEXT || this == LAST_CHUNK;
  }

  /** Whether what the client sends next depends on the reply. */
  boolean isDecisive() {
    return isHello() || this == DATA || this == AUTH || this == STARTTLS;
  }
}
