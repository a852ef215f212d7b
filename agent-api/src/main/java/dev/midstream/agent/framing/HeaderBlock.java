package dev.midstream.agent.framing;

import dev.midstream.agent.OctetView;

/** Strict lines up to an empty one, as the header section of HTTP and of mail. */
public final class HeaderBlock {
  private HeaderBlock() {}

  /**
   * The end of the block whose first line starts at {@code from}, the empty line included. {@link
   * FieldLine} reads its lines.
   *
   * @param limit maximum octets of the block with its empty line; 2 or more
   * @return a position after {@code from}, {@link Framing#MORE}, {@link Framing#TOO_LONG}, or
   *     {@link Framing#MALFORMED} for a bare CR or LF
   */
  public static int end(OctetView view, int from, int limit) {
    int start = from;
    while (true) {
      int end = StrictLine.end(view, start, limit - (start - from));
      if (end < 0 || StrictLine.textEnd(end) == start) {
        return end;
      }
      start = end;
      if (limit - (start - from) < 2) {
        return Framing.TOO_LONG;
      }
    }
  }
}
