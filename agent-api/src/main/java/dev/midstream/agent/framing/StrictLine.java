package dev.midstream.agent.framing;

import dev.midstream.agent.OctetView;

/**
 * A line that ends with CR LF and has no other CR or LF. If one end takes a bare CR or LF for the
 * end of a line and the other does not, a command can be smuggled past one of them (RFC 5321
 * section 2.3.8, RFC 9112 section 2.2).
 */
public final class StrictLine {
  private StrictLine() {}

  /**
   * The end of the line that starts at {@code from}, CR LF included.
   *
   * @param limit maximum octets of a line with its CR LF; 2 or more
   * @return a position after {@code from}, {@link Framing#MORE}, {@link Framing#TOO_LONG}, or
   *     {@link Framing#MALFORMED} for a bare CR or LF within the limit
   */
  public static int end(OctetView view, int from, int limit) {
    int available = view.length() - from;
    int stop = from + Math.min(limit, available);
    int lf = view.indexOf((byte) '\n', from, stop);
    int cr = view.indexOf((byte) '\r', from, lf);
    boolean isCrLast = cr == stop - 1;
    if (lf < stop) {
      return lf > from && cr == lf - 1 ? lf + 1 : Framing.MALFORMED;
    }
    if (cr < stop && !isCrLast) {
      return Framing.MALFORMED;
    }
    return available < limit ? Framing.MORE : Framing.TOO_LONG;
  }

  /** The end of the text of the line [from, end): {@code end} without its CR LF. */
  public static int textEnd(int end) {
    return end - 2;
  }
}
