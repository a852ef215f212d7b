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

  private final SmtpPolicy policy;
  private final OctetView view;
  private final Patch patch;
  private final long bytesBefore;
  private final int start;

  /** Where the text is too long. */
  private final long limit;

  private int at;
  private boolean isLineStart;
  private boolean isMended;
  private boolean hasEnded;

  PlainScan(SmtpPolicy policy, Text text, Front front) {
    this.policy = policy;
    view = front.view();
    patch = new Patch(front);
    start = front.at();
    at = start;
    isLineStart = text.isLineStart();
    isMended = text.isMended();
    bytesBefore = text.bytes();
    limit = start + policy.maxBytes() - bytesBefore;
  }

  @Override
  public Text text() {
    return new Text(isLineStart, bytesBefore + at - start, isMended, Message.NONE);
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
      if (isLineStart && view.at(at) == DOT) {
        denial = dot();
      } else if (isLineStart && view.at(at) == NUL) {
        denial = mend(BLANK);
      } else {
        denial = line();
      }
      isKnown = at > before;
    }
    return denial;
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
      return mend(TWO_DOTS);
    }
    if (next != NUL) {
      return take(at + 1, false);
    }
    Denial denial = take(at + 1, false);
    return denial == null ? mend(BLANK) : denial;
  }

  /** Octets up to the end of a line, and that end. */
  private @Nullable Denial line() {
    int lf = view.indexOf(LF, at, view.length());
    int stop = view.indexOf(CR, at, lf);
    Denial denial = stop > at ? take(stop, false) : null;
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
    return view.at(stop + 1) == LF ? take(stop + 2, true) : mend(BLANK);
  }

  /** A bare LF becomes the end of a line; a dot after it must not look like the end of the text. */
  private @Nullable Denial bareLf() {
    boolean isDotNext = policy.mendsNewlines() && view.at(at + 1) == DOT;
    Denial denial = mend(isDotNext ? STUFFED_LINE : LINE_END);
    isLineStart = !isDotNext;
    return denial;
  }

  /** Puts {@code by} in the place of an octet that servers read in different ways. */
  private @Nullable Denial mend(Octets by) {
    if (!policy.mendsNewlines()) {
      return Denial.NEWLINE;
    }
    int from = at;
    Denial denial = take(from + 1, false);
    if (denial == null) {
      patch.replace(from, at, by);
      isMended = true;
    }
    return denial;
  }

  /** The octets up to {@code end} belong to the text, as far as it may be so long. */
  private @Nullable Denial take(int end, boolean isLineEnd) {
    if (end > limit) {
      at = isLineEnd ? at : (int) limit;
      return Denial.SIZE;
    }
    at = end;
    isLineStart = isLineEnd;
    return null;
  }
}
