package dev.midstream.modcmd.framing;

import dev.midstream.modcmd.agent.OctetView;

/** The size in the first line of a chunk of HTTP's chunked coding (RFC 9112 section 7.1). */
public final class ChunkSize {
  private static final int MAX_DIGITS = 15;
  private static final int NO_DIGIT = -1;

  private ChunkSize() {}

  /**
   * The size that the line's text [from, textEnd) gives; extensions are not looked at.
   *
   * @return 0 or more, {@link Framing#TOO_LONG} for more than 15 digits, or {@link
   *     Framing#MALFORMED}; a sign or a prefix is malformed, for others may read it differently
   */
  public static long of(OctetView view, int from, int textEnd) {
    long size = 0;
    int at = from;
    for (; at < textEnd && digit(view.at(at)) != NO_DIGIT; at++) {
      if (at - from == MAX_DIGITS) {
        return Framing.TOO_LONG;
      }
      size = size << 4 | digit(view.at(at));
    }
    return at > from && endsSize(view, at, textEnd) ? size : Framing.MALFORMED;
  }

  /** Whether nothing or an extension, perhaps after blanks, follows the digits. */
  private static boolean endsSize(OctetView view, int from, int textEnd) {
    int at = from;
    while (at < textEnd && (view.at(at) == ' ' || view.at(at) == '\t')) {
      at++;
    }
    return at == textEnd || view.at(at) == ';';
  }

  private static int digit(byte octet) {
    if (octet >= '0' && octet <= '9') {
      return octet - '0';
    }
    int letter = octet | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : NO_DIGIT;
  }
}
