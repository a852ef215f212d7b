package dev.midstream.agents.http;

import dev.midstream.agent.OctetView;

/**
 * The form of chunk extensions (RFC 9112 section 7.1.1). Some servers go on with a quoted string on
 * the next line, others skip what they do not know to the end of this one.
 */
final class ChunkExtensions {
  private static final String MARKS = "!#$%&'*+-.^_`|~";

  private final OctetView view;
  private final int end;
  private int at;

  private ChunkExtensions(OctetView view, int start, int end) {
    this.view = view;
    this.end = end;
    at = start;
  }

  /** Whether [start, end), which has no control characters, are names with or without values. */
  static boolean isValid(OctetView view, int start, int end) {
    ChunkExtensions extensions = new ChunkExtensions(view, start, end);
    boolean isValid = true;
    while (isValid && extensions.at < end) {
      isValid = extensions.readOne();
    }
    return isValid;
  }

  private boolean readOne() {
    skipBlanks();
    if (!readMark(';')) {
      return false;
    }
    skipBlanks();
    if (!readToken()) {
      return false;
    }
    int nameEnd = at;
    skipBlanks();
    if (!readMark('=')) {
      at = nameEnd;
      return true;
    }
    skipBlanks();
    return readMark('"') ? readQuoted() : readToken();
  }

  private boolean readMark(char mark) {
    boolean isIt = at < end && view.at(at) == mark;
    at += isIt ? 1 : 0;
    return isIt;
  }

  private boolean readToken() {
    int start = at;
    while (at < end && isTokenOctet(view.at(at))) {
      at++;
    }
    return at > start;
  }

  /** Reads the rest of a quoted string; returns whether it ends. */
  private boolean readQuoted() {
    while (at < end && view.at(at) != '"') {
      at += view.at(at) == '\\' ? 2 : 1;
    }
    return readMark('"');
  }

  private void skipBlanks() {
    while (at < end && (view.at(at) == ' ' || view.at(at) == '\t')) {
      at++;
    }
  }

  private static boolean isTokenOctet(byte octet) {
    return (octet >= 'A' && octet <= 'Z')
        || (octet >= 'a' && octet <= 'z')
        || (octet >= '0' && octet <= '9')
        || MARKS.indexOf(octet) >= 0;
  }
}
