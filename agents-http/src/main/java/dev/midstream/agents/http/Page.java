package dev.midstream.agents.http;

import dev.midstream.agent.Octets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * An answer of the agent in the place of the server's.
 *
 * @param status the status code
 * @param fields further field lines, each with its CR LF
 * @param text the body
 * @param type the media type of the body, in UTF-8
 */
record Page(int status, String fields, Octets text, String type) {
  static final String TYPE = "text/plain";
  private static final int FIRST_ERROR = 400;

  /** What can be answered without fields that only a server knows, and the reason phrases. */
  private static final Map<Integer, String> PHRASES =
      Map.ofEntries(
          Map.entry(301, "Moved Permanently"),
          Map.entry(302, "Found"),
          Map.entry(303, "See Other"),
          Map.entry(307, "Temporary Redirect"),
          Map.entry(308, "Permanent Redirect"),
          Map.entry(400, "Bad Request"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(410, "Gone"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(431, "Request Header Fields Too Large"),
          Map.entry(451, "Unavailable For Legal Reasons"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(502, "Bad Gateway"),
          Map.entry(503, "Service Unavailable"));

  static final Page BAD_REQUEST = of(400);
  static final Page FORBIDDEN = of(403);
  static final Page FIELDS_TOO_LARGE = of(431);

  /** A page that says its status. */
  static Page of(int status) {
    return new Page(status, "", Octets.ofLatin1(status + " " + phrase(status) + "\n"), TYPE);
  }

  /** A redirection to {@code location}. */
  static Page redirect(int status, String location) {
    Page page = of(status);
    return new Page(status, "Location: " + location + "\r\n", page.text(), TYPE);
  }

  /** The same with another body. */
  Page with(Octets otherText, String otherType) {
    return new Page(status, fields, otherText, otherType);
  }

  /** Whether a page can have this status. */
  static boolean hasStatus(int status) {
    return PHRASES.containsKey(status);
  }

  /** The redirections or the errors that a page can have. */
  static List<Integer> statuses(boolean redirections) {
    return new TreeMap<>(PHRASES)
        .keySet().stream().filter(each -> redirections == each < FIRST_ERROR).toList();
  }

  private static String phrase(int status) {
    return Objects.requireNonNull(PHRASES.get(status));
  }

  /**
   * The whole response.
   *
   * @param isHead whether the request was HEAD: the body is left out (RFC 9110 section 9.3.2)
   * @param closes whether the connection ends after it
   */
  Octets octets(boolean isHead, boolean closes) {
    String head =
        ("HTTP/1.1 " + status + " " + phrase(status) + "\r\n")
            + fields
            + ("Content-Type: " + type + "; charset=utf-8\r\n")
            + ("Content-Length: " + text.length() + "\r\n")
            + (closes ? "Connection: close\r\n\r\n" : "\r\n");
    return isHead ? Octets.ofLatin1(head) : Octets.join(Octets.ofLatin1(head), text);
  }
}
