package dev.midstream.agent.framing;

import dev.midstream.agent.OctetView;

/**
 * The position inside a text that ends with a line of a single dot, as in SMTP (RFC 5321 section
 * 4.5.2) and NNTP (RFC 3977 section 3.1.1). It is small enough for an agent's state, so an agent
 * can decide the octets of a text as they arrive. Only CR LF ends a line. If one endpoint accepted
 * a bare CR or LF as a line end and the other did not, a message could be smuggled past one of
 * them.
 */
public enum DotEnding {
  /** At the start of the text or of a line. */
  LINE_START,
  /** Inside a line. */
  IN_LINE,
  /** After a CR that may end the line. */
  AFTER_CR,
  /** After a dot at the start of a line. */
  AFTER_DOT,
  /** After a dot at the start of a line and a CR. */
  AFTER_DOT_CR,
  /** After the terminator; no more octets belong to the text. */
  ENDED;

  /*
   *                  CR            LF           '.'         other
   * LINE_START       AFTER_CR      IN_LINE      AFTER_DOT   IN_LINE
   * IN_LINE          AFTER_CR      IN_LINE      IN_LINE     IN_LINE
   * AFTER_CR         AFTER_CR      LINE_START   IN_LINE     IN_LINE
   * AFTER_DOT        AFTER_DOT_CR  IN_LINE      IN_LINE     IN_LINE
   * AFTER_DOT_CR     AFTER_CR      ENDED        IN_LINE     IN_LINE
   */

  /** Maximum octets that determine the position while the text has not ended: CR LF, dot, CR. */
  private static final int MAX_MEMORY = 4;

  /**
   * The end of the text in the view, terminator included; this is the position before {@code from}.
   * {@link Framing#MORE} if the text does not end in the view.
   */
  public int end(OctetView view, int from) {
    DotEnding place = this;
    int at = from;
    while (place != ENDED && at < view.length()) {
      if (place == IN_LINE) {
        at = view.indexOf((byte) '\r', at, view.length());
      }
      if (at < view.length()) {
        place = place.after(view.at(at));
        at++;
      }
    }
    return place == ENDED ? at : Framing.MORE;
  }

  /** The position after the octets [from, end) of a text that does not end before {@code end}. */
  public DotEnding after(OctetView view, int from, int end) {
    int start = Math.max(from, end - MAX_MEMORY);
    DotEnding place = start == from ? this : IN_LINE;
    if (start > from && view.at(start - 1) == '\r') {
      place = AFTER_CR;
    }
    for (int at = start; at < end; at++) {
      place = place.after(view.at(at));
    }
    return place;
  }

  private DotEnding after(byte octet) {
    if (octet == '\r') {
      return this == AFTER_DOT ? AFTER_DOT_CR : AFTER_CR;
    }
    if (octet == '\n') {
      return this == AFTER_CR ? LINE_START : this == AFTER_DOT_CR ? ENDED : IN_LINE;
    }
    return octet == '.' && this == LINE_START ? AFTER_DOT : IN_LINE;
  }
}
