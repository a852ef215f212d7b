package dev.midstream.agents.smtp;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import org.jspecify.annotations.Nullable;

/**
 * Passes a text as it comes. Held are only octets of which it is not known whether they end the
 * text or a line, at most three.
 */
final class PlainScan implements TextScan {
  private static final byte LF = '\n';
  private static final byte CR = '\r';
  private static final byte DOT = '.';
  private static final byte NUL = 0;
  private static final Octets LINE_END = Octets.ofLatin1("\r\n");
  private static final Octets STUFFED_LINE = Octets.ofLatin1("\r\n.");
  private static final Octets TWO_DOTS = Octets.ofLatin1("..");
  private static final Octets BLANK = Octets.ofLatin1(" ");
  private static final int ENDING_BYTES = 3;

  /** Octets that are looked at together; those of a block that is not plain are looked at twice. */
  private static final int BLOCK = 2048;

  private final SmtpPolicy policy;
  private final OctetView view;
  private final Patch patch;
  private final long limit;
  private int at;

  /** The end of a block that is looked at line by line. */
  private int blockEnd;

  /** Octets of the text as the server gets it, without dots that are stuffing. */
  private long bytes;

  private boolean isLineStart;
  private boolean isMended;
  private boolean hasEnded;

  /** Begins where {@link #plainEnd} found a block that is not plain. */
  PlainScan(SmtpPolicy policy, Text text, Front front) {
    this.policy = policy;
    view = front.view();
    patch = new Patch(front);
    at = front.at();
    blockEnd = at + BLOCK;
    isLineStart = text.isLineStart();
    isMended = text.isMended();
    bytes = text.bytes();
    limit = policy.limits().messageBytes();
  }

  /**
   * How far all servers read a text alike; {@code at} if they may not, or do for more octets than
   * {@code room}.
   */
  static int plainEnd(OctetView view, int at, boolean isLineStart, long room) {
    byte first = view.at(at);
    boolean isDotted = isLineStart && (first == DOT || first == NUL);
    if (isDotted || first == LF) {
      return at;
    }
    int end = (int) Math.min(view.length(), (long) at + BLOCK);
    int stop = view.at(end - 1) == CR ? end - 1 : end;
    return stop - at <= room && view.hasPlainLines(at, end) ? stop : at;
  }

  @Override
  public Text text() {
    return new Text(isLineStart, bytes, isMended, Message.NONE);
  }

  @Override
  public void apply() {
    patch.applyTo(at + (hasEnded ? ENDING_BYTES : 0));
  }

  @Override
  public boolean hasEnded() {
    return hasEnded;
  }

  @Override
  public void count(Front front) {
    if (isMended) {
      front.count(SmtpReason.NORMALISED.reason(), "a bare CR or LF in a text");
    }
  }

  @Override
  public @Nullable Denial run() {
    Denial denial = null;
    boolean isKnown = true;
    while (isKnown && !hasEnded && denial == null && at < view.length()) {
      int before = at;
      if (isPlainBlock()) {
        denial = take(blockEnd, blockEnd - at, view.at(blockEnd - 1) == LF);
      } else if (isLineStart && view.at(at) == DOT) {
        denial = dot();
      } else if (isLineStart && view.at(at) == NUL) {
        denial = mend(BLANK, 1);
      } else {
        denial = line();
      }
      isKnown = at > before;
    }
    return denial;
  }

  private boolean isPlainBlock() {
    if (at < blockEnd) {
      return false;
    }
    int end = plainEnd(view, at, isLineStart, limit - bytes);
    blockEnd = end > at ? end : at + BLOCK;
    return end > at;
  }

  /** A dot at the start of a line: the end of the text, or stuffing, or made to look like it. */
  private @Nullable Denial dot() {
    int left = view.length() - at;
    if (left == 1 || (left == 2 && view.at(at + 1) == CR)) {
      return null;
    }
    byte next = view.at(at + 1);
    if (next == CR && view.at(at + 2) == LF) {
      hasEnded = true;
      return null;
    }
    if (next == LF && policy.mendsNewlines()) {
      return mend(TWO_DOTS, 1);
    }
    Denial denial = take(at + 1, 0, false);
    return denial == null && next == NUL ? mend(BLANK, 1) : denial;
  }

  /** Octets up to the end of a line, and that end. */
  private @Nullable Denial line() {
    int lf = view.indexOf(LF, at, view.length());
    int stop = view.indexOf(CR, at, lf);
    Denial denial = stop > at ? take(stop, stop - at, false) : null;
    if (denial != null || stop == view.length()) {
      return denial;
    }
    boolean isNextKnown = stop + 1 < view.length();
    if (view.at(stop) == LF) {
      return isNextKnown || !policy.mendsNewlines() ? bareLf() : null;
    }
    if (!isNextKnown) {
      return null;
    }
    return view.at(stop + 1) == LF ? take(stop + 2, LINE_END.length(), true) : mend(BLANK, 1);
  }

  /** A bare LF becomes the end of a line; a dot after it must not look like the end of the text. */
  private @Nullable Denial bareLf() {
    boolean isDotNext = policy.mendsNewlines() && view.at(at + 1) == DOT;
    Denial denial = mend(isDotNext ? STUFFED_LINE : LINE_END, LINE_END.length());
    isLineStart = !isDotNext;
    return denial;
  }

  /**
   * Puts {@code by} in the place of an octet that servers read in different ways.
   *
   * @param counted how long the text becomes by it
   */
  private @Nullable Denial mend(Octets by, int counted) {
    if (!policy.mendsNewlines()) {
      return Denial.NEWLINE;
    }
    int from = at;
    Denial denial = take(from + 1, counted, false);
    if (denial == null) {
      patch.replace(from, at, by);
      isMended = true;
    }
    return denial;
  }

  /** The octets up to {@code end} belong to the text; {@code counted} is how long they make it. */
  private @Nullable Denial take(int end, int counted, boolean isLineEnd) {
    if (counted > limit - bytes) {
      boolean isRun = counted == end - at && !isLineEnd;
      at += isRun ? (int) (limit - bytes) : 0;
      return Denial.SIZE;
    }
    at = end;
    bytes += counted;
    isLineStart = isLineEnd;
    return null;
  }
}
