package dev.midstream.agents.smtp;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agents.smtp.Message.Mark;
import org.jspecify.annotations.Nullable;

/**
 * Edits a text line by line. A line is held until it is whole; one that is too long goes in pieces
 * of a fixed length.
 */
final class EditScan implements TextScan {
  private static final byte LF = '\n';
  private static final byte CR = '\r';
  private static final String LINE_END = "\r\n";
  private static final String DOT = ".";
  private static final int ENDING_BYTES = 3;

  private final SmtpPolicy policy;
  private final Edits edits;
  private final OctetView view;
  private final Patch patch;
  private final MessageWalk walk;
  private final long limit;
  private int at;

  /** Octets of the text as the server gets it, without dots that are stuffing. */
  private long bytes;

  /** Where strings may start next: [runStart, runEnd), as far as the view was searched. */
  private int runStart;

  private int runEnd;
  private boolean isLineStart;
  private boolean isMended;
  private boolean hasEnded;

  /** Of the line that begins at {@link #at}. */
  private int textEnd;

  private int lineEnd;
  private boolean hasLf;

  EditScan(SmtpPolicy policy, Text text, Front front) {
    this.policy = policy;
    edits = policy.edits();
    view = front.view();
    patch = new Patch(front);
    walk = new MessageWalk(edits, text.message());
    at = front.at();
    runStart = at;
    runEnd = at;
    isLineStart = text.isLineStart();
    isMended = text.isMended();
    bytes = text.bytes();
    limit = policy.limits().messageBytes();
  }

  @Override
  public @Nullable Denial run() {
    Denial denial = null;
    while (denial == null && !hasEnded && findLine()) {
      boolean isEnding = isLineStart && !walk.is(Mark.SOFT) && isDotLine();
      denial = isEnding ? end() : line();
    }
    return denial;
  }

  private @Nullable Denial end() {
    String added = begin("");
    Denial denial = grow(added.length());
    if (denial == null) {
      patch.replace(at, at, Octets.ofLatin1(added));
      hasEnded = true;
    }
    return denial;
  }

  /** Finds the line that begins at {@link #at}, or a piece of it; false if it is not whole yet. */
  private boolean findLine() {
    int stop = (int) Math.min(view.length(), (long) at + edits.limits().lineBytes());
    int lf = view.indexOf(LF, at, stop);
    hasLf = lf < stop;
    if (!hasLf) {
      boolean isCrLast = stop > at && view.at(stop - 1) == CR;
      textEnd = isCrLast ? stop - 1 : stop;
      lineEnd = textEnd;
      return stop - at == edits.limits().lineBytes();
    }
    textEnd = lf > at && view.at(lf - 1) == CR ? lf - 1 : lf;
    lineEnd = lf + 1;
    return true;
  }

  private boolean isDotLine() {
    return hasLf && textEnd == at + 1 && lineEnd == at + ENDING_BYTES && view.at(at) == '.';
  }

  private @Nullable Denial line() {
    boolean isBare = hasLf && textEnd == lineEnd - 1;
    boolean isUnclear = isBare || view.indexOf(CR, at, textEnd) < textEnd || hasNul();
    if (isUnclear && !policy.mendsNewlines()) {
      return Denial.NEWLINE;
    }
    isMended |= isUnclear;
    walk.set(Mark.BROKEN, isUnclear || walk.is(Mark.BROKEN));
    boolean isRead = isUnclear || !mayPassUnread();
    Denial denial = isRead ? edit(isBare) : grow(lineEnd - at);
    if (denial != null) {
      return denial;
    }
    walk.set(Mark.LONG, walk.is(Mark.LONG) || !hasLf);
    walk.set(Mark.SOFT, isBare);
    isLineStart = hasLf;
    at = lineEnd;
    return null;
  }

  /** Whether a NUL stands where it may make a dot look like the end of the text. */
  private boolean hasNul() {
    int last = Math.min(textEnd, at + 2);
    return isLineStart && view.indexOf((byte) 0, at, last) < last;
  }

  /** Whether the line stays as it is whatever it contains, so that it need not be copied. */
  private boolean mayPassUnread() {
    if (!walk.isInBody() || walk.is(Mark.SOFT)) {
      return false;
    }
    boolean isDashed = isLineStart && textEnd > at && (view.at(at) == '-' || view.at(at) == '.');
    return !isDashed && (!walk.is(Mark.EDITABLE) || !hasCandidate());
  }

  private boolean hasCandidate() {
    while (runEnd <= at && runStart < view.length()) {
      runStart = edits.candidate(view, Math.max(at, runEnd));
      runEnd = edits.candidatesEnd(view, runStart);
    }
    return runStart < textEnd;
  }

  private @Nullable Denial edit(boolean isBare) {
    String original = view.latin1(at, textEnd - at);
    String text = original.replace('\r', ' ');
    if (hasNul()) {
      text = text.replace('\0', ' ');
    }
    boolean isLoneDot = isBare && text.equals(DOT);
    boolean isStuffed = isLineStart && !walk.is(Mark.SOFT) && !isLoneDot && text.startsWith(DOT);
    String content = isStuffed ? text.substring(1) : text;
    String before = isLineStart ? begin(content) : "";
    String after = isLineStart ? walk.line(content) : walk.rest(content);
    String end = hasLf ? LINE_END : "";
    Denial denial = grow(before.length() + (after == null ? 0 : after.length() + end.length()));
    boolean isSame = content.equals(after) && text.equals(original) && !isBare;
    if (denial != null || (isSame && before.isEmpty())) {
      return denial;
    }
    StringBuilder line = new StringBuilder(before);
    if (after != null) {
      line.append(isLineStart && after.startsWith(DOT) ? DOT : "").append(after).append(end);
    }
    String put = line.toString();
    if (isBare || !put.equals(original + end)) {
      patch.replace(at, lineEnd, Octets.ofLatin1(put));
    }
    return null;
  }

  /** Notes that the text becomes longer, unless it would be too long. */
  private @Nullable Denial grow(long counted) {
    if (counted > limit - bytes) {
      return Denial.SIZE;
    }
    bytes += counted;
    return null;
  }

  private String begin(String content) {
    return walk.is(Mark.BEGUN) ? "" : walk.before(content);
  }

  @Override
  public void apply() {
    patch.applyTo(at + (hasEnded ? ENDING_BYTES : 0));
  }

  @Override
  public Text text() {
    return new Text(isLineStart, bytes, isMended, walk.message());
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
    if (walk.is(Mark.EDITED)) {
      front.count(SmtpReason.EDITED.reason(), "a header or a text part");
    }
    if (walk.is(Mark.SIGNED) && walk.is(Mark.BROKEN)) {
      front.count(SmtpReason.BROKEN_SIGNATURE.reason(), "a message with DKIM-Signature");
    }
    if (walk.is(Mark.ENCODED)) {
      front.count(SmtpReason.ENCODED_PART.reason(), "base64 or quoted-printable");
    }
    if (walk.is(Mark.DEEP)) {
      front.count(SmtpReason.DEEP_PART.reason(), "deeper than part-depth");
    }
    if (walk.is(Mark.CUT)) {
      front.count(SmtpReason.LONG_FIELD.reason(), "longer than field-length");
    }
    if (walk.is(Mark.LONG)) {
      front.count(SmtpReason.LONG_LINE.reason(), "a line longer than line-length");
    }
  }
}
