package dev.midstream.agents.http;

import dev.midstream.agent.Octets;

/**
 * An answer of the agent in the place of the server's.
 *
 * @param status the status code
 * @param phrase the reason phrase
 * @param fields further field lines, each with its CR LF
 * @param text the body
 */
record Page(int status, String phrase, String fields, Octets text) {
  static final Page BAD_REQUEST = of(400, "Bad Request");
  static final Page FORBIDDEN = of(403, "Forbidden");
  static final Page FIELDS_TOO_LARGE = of(431, "Request Header Fields Too Large");

  static Page of(int status, String phrase) {
    return new Page(status, phrase, "", Octets.ofLatin1(status + " " + phrase + "\n"));
  }

  /** A redirection to {@code location}. */
  static Page redirect(String location) {
    String line = "Location: " + location + "\r\n";
    return new Page(302, "Found", line, Octets.ofLatin1("302 Found\n"));
  }

  /** The same with another body. */
  Page withText(Octets other) {
    return new Page(status, phrase, fields, other);
  }

  /**
   * The whole response.
   *
   * @param isHead whether the request was HEAD: the body is left out (RFC 9110 section 9.3.2)
   * @param closes whether the connection ends after it
   */
  Octets octets(boolean isHead, boolean closes) {
    String head =
        ("HTTP/1.1 " + status + " " + phrase + "\r\n")
            + fields
            + "Content-Type: text/plain; charset=utf-8\r\n"
            + ("Content-Length: " + text.length() + "\r\n")
            + (closes ? "Connection: close\r\n\r\n" : "\r\n");
    return isHead ? Octets.ofLatin1(head) : Octets.join(Octets.ofLatin1(head), text);
  }
}
