package dev.midstream.agent.framing;

import dev.midstream.agent.OctetView;

/** The chunk size in HTTP's chunked coding (RFC 9112 section 7.1). */
public final class ChunkSize {
  private static final int MAX_DIGITS = 15;
  private static final int NO_DIGIT = -1;

  private ChunkSize() {}

  /**
   * The chunk size in the text [from, textEnd) of a line; extensions are ignored.
   *
   * @return 0 or more; {@link Framing#TOO_LONG} for more than 15 digits; {@link Framing#MALFORMED}
   *     otherwise, also for a sign, a prefix, or blanks without an extension, which other parsers
   *     may read differently
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

  /** Whether nothing follows the digits or, after optional blanks, an extension. */
  private static boolean endsSize(OctetView view, int from, int textEnd) {
    int at = from;
    while (at < textEnd && (view.at(at) == ' ' || view.at(at) == '\t')) {
      at++;
    }
    return at == textEnd ? at == from : view.at(at) == ';';
  }

  private static int digit(byte octet) {
    if (octet >= '0' && octet <= '9') {
      return octet - '0';
    }
    int letter = octet | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : NO_DIGIT;
  }
}
