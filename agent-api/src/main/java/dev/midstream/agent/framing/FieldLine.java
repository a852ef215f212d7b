package dev.midstream.agent.framing;

import dev.midstream.agent.OctetView;

/**
 * A field line of a header block: a name, a colon and a value, as in HTTP (RFC 9112 section 5) and
 * mail (RFC 5322 section 2.2). A line that begins with a blank continues the one before it.
 */
public final class FieldLine {
  private static final String NAME_MARKS = "!#$%&'*+-.^_`|~";

  private FieldLine() {}

  /** Whether the line with the text [from, textEnd) continues the line before it. */
  public static boolean isContinuation(OctetView view, int from, int textEnd) {
    return from < textEnd && isBlank(view.at(from));
  }

  /**
   * The end of the name in the text [from, textEnd), which is the position of the colon.
   *
   * @return a position after {@code from}, or {@link Framing#MALFORMED} if no token (RFC 9110
   *     section 5.6.2) stands directly before the first colon, or there is no colon
   */
  public static int nameEnd(OctetView view, int from, int textEnd) {
    int at = from;
    while (at < textEnd && isToken(view.at(at))) {
      at++;
    }
    return at > from && at < textEnd && view.at(at) == ':' ? at : Framing.MALFORMED;
  }

  /** The start of the value after a name that ends at {@code nameEnd}: blanks are left out. */
  public static int valueStart(OctetView view, int nameEnd, int textEnd) {
    int at = nameEnd + 1;
    while (at < textEnd && isBlank(view.at(at))) {
      at++;
    }
    return at;
  }

  /** The end of the value that starts at {@code valueStart}: blanks at the end are left out. */
  public static int valueEnd(OctetView view, int valueStart, int textEnd) {
    int at = textEnd;
    while (at > valueStart && isBlank(view.at(at - 1))) {
      at--;
    }
    return at;
  }

  private static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  private static boolean isToken(byte octet) {
    int letter = octet | 0x20;
    return (octet >= '0' && octet <= '9')
        || (letter >= 'a' && letter <= 'z')
        || (octet > ' ' && NAME_MARKS.indexOf(octet) >= 0);
  }
}
