package dev.midstream.agent.framing;

import dev.midstream.agent.OctetView;

/** The results of framing without an end, and the simplest frame: a number of octets. */
public final class Framing {
  /**
   * The octets in the view do not decide; ask again with more octets. At the end of the stream no
   * more come, and the agent decides what is left.
   */
  public static final int MORE = -1;

  /** The frame exceeds its limit. */
  public static final int TOO_LONG = -2;

  /** No frame begins with these octets. */
  public static final int MALFORMED = -3;

  private Framing() {}

  /**
   * The end of {@code count} octets from {@code from}, or {@link #MORE} if the view ends before.
   */
  public static int countEnd(OctetView view, int from, int count) {
    return count <= view.length() - from ? from + count : MORE;
  }
}
