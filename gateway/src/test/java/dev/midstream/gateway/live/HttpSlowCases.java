package dev.midstream.gateway.live;

import java.util.List;
import java.util.stream.Stream;

/** Messages that the agent denies, ends or edits, for one octet at a time. */
final class HttpSlowCases {
  /** What the agent is told. */
  static final String SETTINGS =
      """
            requests:
              - { path: /admin, page: "Not here." }
              - { path: /old, action: redirect, location: /new }
            other-upgrades: deny
            head-bytes: 256
            header-fields: 8
            chunk-line-bytes: 16
            chunk-extension-bytes: 6
            trailer-bytes: 16
            informational-responses: 2
            request-fields: { remove: Range }
            response-fields: { remove: X-P, set: [ { field: Server, value: web } ] }
            urls: [ { inside: "http://in/echo", outside: "http://out/o" } ]
            replace: [ { find: inner, replace: outer } ]
      """;

  /** To the server behind the server, which gets whole bodies only. */
  private static final String CHUNKED =
      "POST /ws HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

  private static final String TEXT = "HTTP/1.1 200 a\r\nServer: web\r\nContent-Type: text/a\r\n";
  private static final String FOUND = "HTTP/1.1 200 OK\r\nServer: web\r\n";
  private static final String BAD = page("400 Bad Request");
  private static final String LARGE = page("431 Request Header Fields Too Large");
  private static final String FORBIDDEN = page("403 Forbidden");
  private static final String OLD = " HTTP/1.0\r\n";

  /**
   * A message, of which {@code slow} comes octet by octet.
   *
   * @param request what the client asks, where the message is a response
   * @param expected with what the octets that the client receives begin; of a response all of them
   */
  record Case(String request, String fast, String slow, String expected) {
    Case(String fast, String slow, String expected) {
      this("GET / HTTP/1.1\r\nHost: h\r\n\r\n", fast, slow, expected);
    }
  }

  private HttpSlowCases() {}

  private static String page(String status) {
    return "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; charset=utf-8\r\n";
  }

  private static Case slow(String request, String expected) {
    return new Case("", request, expected);
  }

  private static Case fields(String fields) {
    return slow("GET /" + OLD + fields + "\r\n\r\n", BAD);
  }

  /** Requests, and what the agent answers. */
  static List<Case> requests() {
    return Stream.of(decisions(), heads(), bodies()).flatMap(List::stream).toList();
  }

  private static List<Case> decisions() {
    String page = FORBIDDEN + "Content-Length: 9\r\n\r\nNot here.";
    return List.of(
        slow("GET /admin" + OLD + "\r\n", page),
        slow("GET /x/../%61dmin" + OLD + "\r\n", page),
        slow("POST /admin" + OLD + "Content-Length: 3\r\n\r\nabc", page),
        slow("GET /..%2fa" + OLD + "\r\n", FORBIDDEN),
        slow("GET /o/x" + OLD + "Host: out\r\n\r\n", FOUND),
        slow("GET /small.txt" + OLD + "Range: bytes=0-1\r\n\r\n", FOUND),
        slow("GET /old" + OLD + "\r\n", "HTTP/1.1 302 Found\r\nLocation: /new\r\n"),
        slow("CONNECT a:1" + OLD + "\r\n", FORBIDDEN),
        slow("GET /" + OLD + "Upgrade: a\r\n\r\n", FORBIDDEN),
        slow("SSH-2.0-x\r\n", ""),
        slow("\u0016\u0003\u0001", ""),
        slow("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ""));
  }

  private static List<Case> heads() {
    return List.of(
        slow("GET / HTTP/1.0\n\n", BAD),
        slow("\nGET /" + OLD + "\r\n", BAD),
        slow("GET  /" + OLD + "\r\n", BAD),
        slow("GET /\r\n\r\n", BAD),
        slow("GET / HTTP/1.2\r\nHost: h\r\n\r\n", BAD),
        slow("GET a" + OLD + "\r\n", BAD),
        slow("GET /%zz" + OLD + "\r\n", BAD),
        slow("GET / HTTP/1.1\r\n\r\n", BAD),
        slow("GET http://a HTTP/1.1\r\nHost: b\r\n\r\n", BAD),
        fields("A: b\r\n c"),
        fields("A : b"),
        fields("A"),
        fields("A: \u0001"),
        fields("Content_Length: 3"),
        fields("Connection: host"),
        fields("Host: a\r\nHost: a"),
        fields("Host: a/b"),
        slow("GET /" + OLD + "A:\r\n".repeat(9) + "\r\n", LARGE),
        new Case("GET /" + "a".repeat(245), "aaaaaaaaaa", LARGE));
  }

  private static List<Case> bodies() {
    return List.of(
        fields("Content-Length: 0\r\nTransfer-Encoding: a"),
        fields("Transfer-Encoding: chunked"),
        slow("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: a\r\n\r\n", BAD),
        fields("Content-Length: 1\r\nContent-Length: 1"),
        fields("Content-Length: +1"),
        slow("CONNECT a:1" + OLD + "Content-Length: 1\r\n\r\n", BAD),
        new Case(CHUNKED, "0x1\r\n", BAD),
        new Case(CHUNKED, "1\nab\n", BAD),
        new Case(CHUNKED, "1\r\nab\r\n", BAD),
        new Case(CHUNKED, "1;\u0000\r\n", BAD),
        new Case(CHUNKED, "1;a=\r\n", BAD),
        new Case(CHUNKED, "1;" + "a".repeat(15), BAD),
        new Case(CHUNKED, "1;abc\r\na\r\n1;abc\r\na\r\n", BAD),
        new Case(CHUNKED, "0\r\nA: 34567890123\r\n\r\n", BAD),
        new Case(CHUNKED, "0\r\nHost: a\r\n\r\n", BAD),
        new Case(CHUNKED, "0\r\nA: b\r\n c\r\n\r\n", BAD));
  }

  /** Responses, and what the client receives of them. */
  static List<Case> responses() {
    String chunked = TEXT + "Transfer-Encoding: chunked\r\n\r\n";
    String counted = "HTTP/1.1 200 a\r\nServer: web\r\nContent-Length: 1\r\n\r\n";
    String upload =
        "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
    String hint = "HTTP/1.1 103 a\r\n\r\n";
    return List.of(
        slow(hint.repeat(3), hint.repeat(2)),
        new Case(upload, "", counted + "a" + counted, counted + "a"),
        new Case(chunked, "1;" + "a".repeat(15), chunked),
        new Case(chunked, "1;abc\r\na\r\n1;abc\r\na\r\n", chunked + "1\r\na\r\n"),
        new Case(chunked, "0\r\nA: 34567890123\r\n\r\n", chunked + "0\r\n"),
        slow(
            "HTTP/1.0 302 a\r\nLocation: http://in/echo/x\r\nX-P: x\r\nServer: x\r\n\r\n",
            "HTTP/1.0 302 a\r\nLocation: http://out/o/x\r\nServer: web\r\n\r\n"),
        slow("HTTP/1.0 200 a\r\nServer: x\r\n\r\n", "HTTP/1.0 200 a\r\nServer: web\r\n\r\n"),
        new Case(TEXT, "Content-Length: 5\r\n\r\ninner", TEXT + "Content-Length: 5\r\n\r\nouter"),
        new Case(
            chunked, "3\r\nxin\r\n3\r\nner\r\n0\r\n\r\n", chunked + "6\r\nxouter\r\n0\r\n\r\n"),
        new Case(counted, "aHTTP/1.1 200 a\r\nContent-Length: 0\r\n\r\n", counted + "a"),
        new Case(chunked, "1\r\nab\r\n", chunked + "1\r\na\r\n"),
        slow("HTTP/1.0 200 a\n\n", ""),
        slow("HTTP/1.0 600 a\r\n\r\n", ""),
        slow("HTTP/1.0 200 a\r\nA: b\r\n c\r\n\r\n", ""),
        slow("HTTP/1.0 200 a\r\nA : b\r\n\r\n", ""),
        slow("HTTP/1.0 200 a\r\nContent-Length: +1\r\n\r\na", ""),
        slow("HTTP/1.0 204 a\r\nContent-Length: 1\r\n\r\n", ""),
        slow("HTTP/1.1 101 a\r\n\r\n", ""),
        slow("220 ready\r\n", ""));
  }
}
