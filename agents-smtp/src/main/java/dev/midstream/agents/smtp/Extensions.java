package dev.midstream.agents.smtp;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.framing.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The extensions that the client reads in the reply to EHLO (RFC 5321 section 4.1.1.1).
 *
 * @param hidden keywords that are left out, in upper case
 * @param sizes what is announced with SIZE
 */
record Extensions(Set<String> hidden, Sizes sizes) {
  private static final int CODE_BYTES = 4;

  Extensions {
    hidden = Set.copyOf(hidden);
  }

  /** Whether the reply in [from, end) announces {@code keyword}. */
  static boolean announces(OctetView view, int from, int end, String keyword) {
    List<String> lines = lines(view, from, end);
    return lines.subList(1, lines.size()).stream().anyMatch(line -> keyword(line).equals(keyword));
  }

  /**
   * The reply in place of that in [from, end); null if it stays as it is.
   *
   * @param hello the text of its first line; null for the server's
   */
  @Nullable Octets replacement(OctetView view, int from, int end, @Nullable String hello) {
    List<String> before = lines(view, from, end);
    List<String> after = new ArrayList<>();
    after.add(hello == null ? before.getFirst() : hello);
    for (String line : before.subList(1, before.size())) {
      if (!hidden.contains(keyword(line))) {
        after.add(keyword(line).equals("SIZE") ? size(line) : line);
      }
    }
    return after.equals(before) ? null : reply(view.latin1(from, CODE_BYTES - 1), after);
  }

  private static Octets reply(String code, List<String> lines) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      boolean isLast = i == lines.size() - 1;
      text.append(code).append(isLast ? ' ' : '-').append(lines.get(i)).append("\r\n");
    }
    return Octets.ofLatin1(text.toString());
  }

  /** The line of SIZE with the smaller of both limits, less what edits add. */
  private String size(String line) {
    return sizes.isNone() ? line : "SIZE " + sizes.announced(line.substring("SIZE".length()));
  }

  /** The texts of the lines, without codes. */
  private static List<String> lines(OctetView view, int from, int end) {
    List<String> lines = new ArrayList<>();
    int at = from;
    while (at < end) {
      int lineEnd = Line.end(view, at, end - at);
      int textEnd = Line.textEnd(view, at, lineEnd);
      int start = Math.min(textEnd, at + CODE_BYTES);
      lines.add(view.latin1(start, textEnd - start));
      at = lineEnd;
    }
    return lines;
  }

  /** The keyword of a line; some servers write {@code AUTH=} for {@code AUTH}. */
  private static String keyword(String line) {
    int end = 0;
    while (end < line.length() && line.charAt(end) != ' ' && line.charAt(end) != '=') {
      end++;
    }
    return line.substring(0, end).toUpperCase(Locale.ROOT);
  }
}
