package dev.midstream.agent.framing;

import dev.midstream.agent.OctetView;

/**
 * A line of a reply with a code of three digits, as in FTP (RFC 959 section 4.2) and SMTP (RFC 5321
 * section 4.2). A reply of several lines begins with the code and a hyphen, and ends with a line of
 * the same code and a space, or the code alone. FTP allows any text between them, SMTP only lines
 * with the code and a hyphen.
 */
public final class ReplyLine {
  private static final int DIGITS = 3;

  private ReplyLine() {}

  /**
   * The code of the line with the text [from, textEnd).
   *
   * @return 100 to 599, or {@link Framing#MALFORMED} if the line does not begin with such a code,
   *     followed by a space, a hyphen or nothing
   */
  public static int code(OctetView view, int from, int textEnd) {
    if (textEnd - from < DIGITS) {
      return Framing.MALFORMED;
    }
    int code = 0;
    for (int i = 0; i < DIGITS; i++) {
      int digit = view.at(from + i) - '0';
      if (digit < 0 || digit > 9) {
        return Framing.MALFORMED;
      }
      code = 10 * code + digit;
    }
    boolean separated =
        textEnd - from == DIGITS
            || view.at(from + DIGITS) == ' '
            || isContinued(view, from, textEnd);
    return separated && code >= 100 && code <= 599 ? code : Framing.MALFORMED;
  }

  /** Whether more lines follow: the octet after the code is a hyphen. */
  public static boolean isContinued(OctetView view, int from, int textEnd) {
    return textEnd - from > DIGITS && view.at(from + DIGITS) == '-';
  }

  /**
   * Whether the line with the text [from, textEnd) is the last one of a reply with {@code code}.
   */
  public static boolean ends(int code, OctetView view, int from, int textEnd) {
    return !isContinued(view, from, textEnd) && code(view, from, textEnd) == code;
  }
}
