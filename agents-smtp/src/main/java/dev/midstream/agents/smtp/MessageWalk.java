package dev.midstream.agents.smtp;

import dev.midstream.agents.smtp.Message.Field;
import dev.midstream.agents.smtp.Message.Mark;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows a message line by line during one call, and edits its lines. */
final class MessageWalk {
  private static final String DASHES = "--";

  private final Edits edits;
  private final Set<Mark> marks = EnumSet.noneOf(Mark.class);
  private final List<String> boundaries;
  private Field field;
  private String type;
  private String encoding;

  MessageWalk(Edits edits, Message message) {
    this.edits = edits;
    marks.addAll(message.marks());
    boundaries = new ArrayList<>(message.boundaries());
    field = message.field();
    type = message.type();
    encoding = message.encoding();
  }

  Message message() {
    return new Message(marks, field, type, encoding, boundaries);
  }

  boolean is(Mark mark) {
    return marks.contains(mark);
  }

  void set(Mark mark, boolean isSet) {
    if (isSet) {
      marks.add(mark);
    } else {
      marks.remove(mark);
    }
  }

  /** Whether a line that does not begin with two hyphens passes unless a string occurs in it. */
  boolean isInBody() {
    return !is(Mark.HEADER) && is(Mark.BEGUN);
  }

  /** What stands before the first line of a message, which is {@code content}. */
  String before(String content) {
    set(Mark.BEGUN, true);
    if (edits.added().isEmpty()) {
      return "";
    }
    markEdited();
    boolean isBody = !content.isEmpty() && nameOf(content).isEmpty();
    return isBody ? edits.added() + "\r\n" : edits.added();
  }

  /** The line in the place of {@code content}; null if it is deleted. */
  @Nullable String line(String content) {
    if (!is(Mark.HEADER)) {
      return bodyLine(content);
    }
    if (content.isEmpty()) {
      endHeader();
      return content;
    }
    boolean isContinued = content.charAt(0) == ' ' || content.charAt(0) == '\t';
    String name = isContinued ? "" : nameOf(content);
    if (!isContinued && name.isEmpty()) {
      endHeader();
      return bodyLine(content);
    }
    return isContinued ? continuation(content) : field(name, content);
  }

  /** The rest of a line that was too long to be seen whole. */
  @Nullable String rest(String content) {
    if (is(Mark.HEADER)) {
      return is(Mark.DELETING) ? null : content;
    }
    return is(Mark.EDITABLE) ? substituted(content) : content;
  }

  /** The name of a field in lower case; empty for a line that is none. */
  private static String nameOf(String content) {
    int colon = content.indexOf(':');
    String name = colon < 0 ? "" : content.substring(0, colon).stripTrailing();
    boolean isName = name.chars().allMatch(each -> each > ' ' && each <= '~');
    return isName ? name.toLowerCase(Locale.ROOT) : "";
  }

  private @Nullable String continuation(String content) {
    collect(content);
    return is(Mark.DELETING) ? null : content;
  }

  private @Nullable String field(String name, String content) {
    boolean isTop = is(Mark.TOP);
    field =
        switch (name) {
          case "content-type" -> type.isEmpty() ? Field.TYPE : Field.NONE;
          case "content-transfer-encoding" -> encoding.isEmpty() ? Field.ENCODING : Field.NONE;
          default -> Field.NONE;
        };
    int colon = content.indexOf(':');
    collect(content.substring(colon + 1));
    if (isTop && name.equals("dkim-signature")) {
      set(Mark.SIGNED, true);
    }
    String value = isTop ? edits.replaced().get(name) : null;
    boolean isRemoved = isTop && edits.removed().contains(name);
    set(Mark.DELETING, isRemoved || value != null);
    if (!is(Mark.DELETING)) {
      return content;
    }
    markEdited();
    return isRemoved ? null : content.substring(0, colon) + ": " + value;
  }

  /** Also an added field breaks a signature that says there is none (RFC 6376 section 8.15). */
  private void markEdited() {
    set(Mark.EDITED, true);
    set(Mark.BROKEN, true);
  }

  private void collect(String text) {
    if (field == Field.TYPE) {
      type = joined(type, text);
    } else if (field == Field.ENCODING) {
      encoding = joined(encoding, text);
    }
  }

  private String joined(String before, String text) {
    String both = before + " " + text.strip();
    int limit = edits.limits().fieldBytes();
    set(Mark.CUT, is(Mark.CUT) || (both.length() > limit && !edits.pairs().isEmpty()));
    return both.length() <= limit ? both : both.substring(0, limit);
  }

  /** A header has ended: what is known of the body after it. */
  private void endHeader() {
    MediaType media = MediaType.of(type);
    boolean isUnencoded = MediaType.isUnencoded(encoding);
    boolean isNested = media.isMessage() && isUnencoded;
    field = Field.NONE;
    type = "";
    encoding = "";
    set(Mark.TOP, false);
    set(Mark.DELETING, false);
    set(Mark.HEADER, isNested);
    set(Mark.EDITABLE, media.isText() && isUnencoded);
    if (media.isText() && !isUnencoded && !edits.pairs().isEmpty()) {
      set(Mark.ENCODED, true);
    }
    if (media.isMultipart() && !media.boundary().isEmpty()) {
      if (boundaries.size() < edits.limits().depth()) {
        boundaries.add(media.boundary());
      } else {
        set(Mark.DEEP, is(Mark.DEEP) || !edits.pairs().isEmpty());
      }
    }
  }

  private String bodyLine(String content) {
    if (content.startsWith(DASHES)) {
      for (int i = boundaries.size() - 1; i >= 0; i--) {
        String rest = afterBoundary(content, boundaries.get(i));
        if (rest != null) {
          boolean isLast = rest.startsWith(DASHES);
          boundaries.subList(isLast ? i : i + 1, boundaries.size()).clear();
          set(Mark.HEADER, !isLast);
          set(Mark.EDITABLE, false);
          return content;
        }
      }
    }
    return is(Mark.EDITABLE) ? substituted(content) : content;
  }

  /** What follows a boundary; null if the line is another one. */
  private static @Nullable String afterBoundary(String content, String boundary) {
    if (!content.startsWith(boundary, DASHES.length())) {
      return null;
    }
    String rest = content.substring(DASHES.length() + boundary.length()).stripTrailing();
    return rest.isEmpty() || rest.equals(DASHES) ? rest : null;
  }

  private String substituted(String content) {
    String after = edits.substituted(content);
    if (!after.equals(content)) {
      markEdited();
    }
    return after;
  }
}
