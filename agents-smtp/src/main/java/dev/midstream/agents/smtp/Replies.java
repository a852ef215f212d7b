package dev.midstream.agents.smtp;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.framing.Framing;
import dev.midstream.agent.framing.Line;
import dev.midstream.agent.framing.ReplyLine;

/** Finds whole replies (RFC 5321 section 4.2.1): all lines have the same code. */
final class Replies {
  private Replies() {}

  /**
   * The end of the reply that starts at {@code from}.
   *
   * @param limit maximum octets of a reply
   * @return a position after {@code from}, {@link Framing#MORE}, {@link Framing#TOO_LONG}, or
   *     {@link Framing#MALFORMED} for a line without a code, or with another one
   */
  static int end(OctetView view, int from, int limit) {
    int at = from;
    int code = 0;
    while (true) {
      int end = limit > at - from ? Line.end(view, at, limit - (at - from)) : Framing.TOO_LONG;
      if (end < 0) {
        return end;
      }
      int textEnd = Line.textEnd(view, at, end);
      int next = ReplyLine.code(view, at, textEnd);
      if (next == Framing.MALFORMED || (at > from && next != code)) {
        return Framing.MALFORMED;
      }
      if (!ReplyLine.isContinued(view, at, textEnd)) {
        return end;
      }
      code = next;
      at = end;
    }
  }
}
