package dev.midstream.agents.smtp;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of a Content-Type field (RFC 2045 section 5).
 *
 * @param name type and subtype in lower case; {@code text/plain} if there is none
 * @param boundary of a multipart; empty if there is none, or one that is too long
 */
record MediaType(String name, String boundary) {
  /** Maximum length of a boundary (RFC 2046 section 5.1.1). */
  static final int MAX_BOUNDARY = 70;

  private static final Pattern NAME = Pattern.compile("\\s*([!-.0-~]+/[!-.0-:<-~]+)");
  private static final Pattern BOUNDARY =
      Pattern.compile(
          ";\\s*boundary\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s;\"()]+))",
          Pattern.CASE_INSENSITIVE);
  private static final Set<String> UNENCODED = Set.of("", "7bit", "8bit");

  static MediaType of(String value) {
    Matcher name = NAME.matcher(value);
    Matcher boundary = BOUNDARY.matcher(value);
    String text = "";
    if (boundary.find()) {
      text =
          boundary.group(1) == null
              ? boundary.group(2)
              : boundary.group(1).replaceAll("\\\\(.)", "$1");
    }
    return new MediaType(
        name.lookingAt() ? name.group(1).toLowerCase(Locale.ROOT) : "text/plain",
        text.length() <= MAX_BOUNDARY ? text : "");
  }

  /** Whether a part with this Content-Transfer-Encoding shows its octets as they are. */
  static boolean isUnencoded(String encoding) {
    return UNENCODED.contains(encoding.strip().toLowerCase(Locale.ROOT));
  }

  boolean isText() {
    return name.startsWith("text/");
  }

  boolean isMultipart() {
    return name.startsWith("multipart/");
  }

  boolean isMessage() {
    return name.equals("message/rfc822") || name.equals("message/global");
  }
}
