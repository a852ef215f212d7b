package dev.midstream.agents.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The path of a target as servers resolve it: percent-decoded once, without repeated slashes, and
 * with {@code .} and {@code ..} resolved (RFC 3986 section 5.2.4). Compared octet by octet.
 */
final class UrlPath {
  private static final int HEX_DIGITS = 2;

  private UrlPath() {}

  /** Whether each {@code %} in a target is followed by two hexadecimal digits other than 00. */
  static boolean isWellEncoded(String target) {
    for (int at = target.indexOf('%'); at >= 0; at = target.indexOf('%', at + 1)) {
      if (decoded(target, at) <= 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * The path of a target in origin form.
   *
   * @return null if servers may find different paths: it leads above the root, holds an encoded
   *     slash, a backslash, a control character, a semicolon, a second percent-encoding, or a
   *     segment that ends with a blank or a dot
   */
  static @Nullable String of(String pathAndQuery) {
    int query = pathAndQuery.indexOf('?');
    String path = query < 0 ? pathAndQuery : pathAndQuery.substring(0, query);
    if (path.toLowerCase(Locale.ROOT).contains("%2f")) {
      return null;
    }
    String decoded = decode(path);
    return isClear(decoded) ? resolve(decoded) : null;
  }

  /** Whether {@code path} is {@code prefix} or lies below it. */
  static boolean isBelow(String path, String prefix) {
    return path.startsWith(prefix)
        && (prefix.endsWith("/")
            || path.length() == prefix.length()
            || path.charAt(prefix.length()) == '/');
  }

  private static String decode(String path) {
    StringBuilder decoded = new StringBuilder();
    int at = 0;
    while (at < path.length()) {
      boolean isEncoded = path.charAt(at) == '%';
      decoded.append(isEncoded ? (char) decoded(path, at) : path.charAt(at));
      at += isEncoded ? 1 + HEX_DIGITS : 1;
    }
    return decoded.toString();
  }

  /** The octet that is encoded at a percent sign; -1 if none is. */
  private static int decoded(String text, int at) {
    if (text.length() - at <= HEX_DIGITS) {
      return -1;
    }
    int high = Character.digit(text.charAt(at + 1), 16);
    int low = Character.digit(text.charAt(at + 2), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  private static boolean isClear(String decoded) {
    for (int i = 0; i < decoded.length(); i++) {
      char c = decoded.charAt(i);
      boolean isEncodedAgain = c == '%' && decoded(decoded, i) >= 0;
      if (c < ' ' || c == 0x7f || c == '\\' || c == ';' || isEncodedAgain) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable String resolve(String path) {
    Deque<String> segments = new ArrayDeque<>();
    String last = "";
    for (String segment : path.split("/", -1)) {
      last = segment;
      if (segment.equals("..")) {
        if (segments.pollLast() == null) {
          return null;
        }
      } else if (segment.endsWith(" ") || (segment.endsWith(".") && !segment.equals("."))) {
        return null;
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.addLast(segment);
      }
    }
    boolean isDirectory = last.isEmpty() || last.equals(".") || last.equals("..");
    String joined = "/" + String.join("/", segments);
    return isDirectory && !segments.isEmpty() ? joined + "/" : joined;
  }
}
