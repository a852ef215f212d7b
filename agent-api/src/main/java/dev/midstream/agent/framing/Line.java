package dev.midstream.agent.framing;

import dev.midstream.agent.OctetView;

/** A line that ends with LF or CR LF. */
public final class Line {
  private static final byte LF = '\n';
  private static final byte CR = '\r';

  private Line() {}

  /**
   * The end of the line that starts at {@code from}, line ending included. At the end of the stream
   * no more octets come: after {@link Framing#MORE} the agent decides what is left.
   *
   * @param limit maximum octets of a line with its ending; 1 or more
   * @return a position after {@code from}, {@link Framing#MORE} or {@link Framing#TOO_LONG}
   */
  public static int end(OctetView view, int from, int limit) {
    int available = view.length() - from;
    int stop = from + Math.min(limit, available);
    int ending = view.indexOf(LF, from, stop);
    if (ending < stop) {
      return ending + 1;
    }
    return available < limit ? Framing.MORE : Framing.TOO_LONG;
  }

  /**
   * The end of the text of the line [from, end): {@code end} without the LF or CR LF. A last line
   * of the stream may have neither.
   */
  public static int textEnd(OctetView view, int from, int end) {
    int ending = end - 1;
    if (ending < from || view.at(ending) != LF) {
      return end;
    }
    return ending > from && view.at(ending - 1) == CR ? ending - 1 : ending;
  }
}
