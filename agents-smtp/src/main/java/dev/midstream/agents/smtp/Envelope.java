package dev.midstream.agents.smtp;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The argument of MAIL or RCPT: an address and parameters (RFC 5321 section 4.1.1.11).
 *
 * @param path null if it is not clear
 * @param parameters by keyword in upper case, with an empty text for one without a value; null if
 *     they are not clear
 */
record Envelope(@Nullable Path path, @Nullable Map<String, String> parameters) {
  private static final Envelope UNCLEAR = new Envelope(null, null);
  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~\\x80-\\xff]+))?");

  /**
   * Reads an argument.
   *
   * @param keyword {@code FROM:} or {@code TO:}
   */
  static Envelope of(String keyword, String argument) {
    if (!argument.regionMatches(true, 0, keyword, 0, keyword.length())) {
      return UNCLEAR;
    }
    int start = keyword.length();
    while (start < argument.length() && argument.charAt(start) == ' ') {
      start++;
    }
    int end = argument.indexOf('>', start);
    boolean isEnclosed = end > 0 && argument.charAt(start) == '<';
    if (!isEnclosed || (end + 1 < argument.length() && argument.charAt(end + 1) != ' ')) {
      return UNCLEAR;
    }
    return new Envelope(
        Path.of(argument.substring(start + 1, end)), parameters(argument.substring(end + 1)));
  }

  private static @Nullable Map<String, String> parameters(String text) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String each : text.split(" +", -1)) {
      Matcher matcher = PARAMETER.matcher(each);
      if (each.isEmpty()) {
        continue;
      }
      if (!matcher.matches()) {
        return null;
      }
      String keyword = matcher.group(1).toUpperCase(Locale.ROOT);
      String value = matcher.group(2) == null ? "" : matcher.group(2);
      if (parameters.put(keyword, value) != null) {
        return null;
      }
    }
    return parameters;
  }
}
