package dev.midstream.modcmd.framing;

import dev.midstream.modcmd.agent.OctetView;

/** What the framing helpers answer when they find no end, and the simplest frame: a count. */
public final class Framing {
  /** The octets shown so far do not say; ask again when there are more. */
  public static final int MORE = -1;

  /** The frame exceeds its limit. */
  public static final int TOO_LONG = -2;

  /** No frame has these octets, whatever follows. */
  public static final int MALFORMED = -3;

  private Framing() {}

  /** Where {@code count} octets from {@code from} end in the view, or {@link #MORE}. */
  public static int countEnd(OctetView view, int from, int count) {
    return count <= view.length() - from ? from + count : MORE;
  }
}
