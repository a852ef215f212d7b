package dev.midstream.gateway.live;

import java.util.ArrayList;
import java.util.List;

/** Requests by which {@code /admin} may be reached past a rule that denies it: one row each. */
final class HttpEvasions {
  private static final List<String> TARGETS =
      List.of(
          "/admin",
          "/admin/",
          "/admin?x",
          "/admin#x",
          "//admin",
          "/./admin",
          "/x/../admin",
          "/x/%2e%2e/admin",
          "/%61dmin",
          "/%61%64%6d%69%6e",
          "/x/..%2fadmin",
          "/..%2fadmin",
          "/%2fadmin",
          "/x%2f..%2fadmin",
          "/admin%2f",
          "/admin%00",
          "/admin;x",
          "/admin%20",
          "/admin%0d",
          "/x/..;/admin",
          "/%2561dmin",
          "/x\\..\\admin",
          "/x/..%5cadmin",
          "/../admin",
          "/%2e/admin",
          "/.%2f/admin",
          "/%zz/../admin",
          "http://h/admin",
          "http://h//admin",
          "http://other/admin",
          "HTTP://h/%61dmin");

  private HttpEvasions() {}

  static List<String> all() {
    List<String> requests = new ArrayList<>();
    for (String target : TARGETS) {
      requests.add("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    String secret = "GET /admin HTTP/1.1\r\nHost: h\r\n\r\n";
    requests.add("GET /admin\r\n");
    requests.add("GET /admin HTTP/1.0\n\n");
    requests.add("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n" + secret);
    requests.add("\r\n\r\n" + secret);
    requests.add("\n" + secret);
    requests.add("GET  /admin  HTTP/1.1\r\nHost: h\r\n\r\n");
    requests.add("GET /echo HTTP/1.1\nHost: h\n\n" + secret);
    requests.add("GET /echo HTTP/1.1\r\nHost: h\r\nX: \n\n" + secret);
    requests.add("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" + secret);
    for (String framing : framings()) {
      String head = "POST /echo HTTP/1.1\r\nHost: h\r\n" + framing + "\r\n\r\n";
      requests.add(head + secret);
      requests.add(head + "0\r\n\r\n" + secret);
      requests.add(head + "3\r\nabc\r\n0\r\n\r\n" + secret);
      requests.add(head + "abc" + secret);
    }
    for (String chunks : chunks()) {
      String head = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
      requests.add(head + chunks + secret);
    }
    return requests;
  }

  private static List<String> framings() {
    return List.of(
        "X: y",
        "Content-Length: 0",
        "Content-Length: 3",
        "Content-Length: +3",
        "Content-Length: 03",
        "Content-Length: 3\r\nContent-Length: 0",
        "Content-Length : 3",
        "Content_Length: 40",
        "Content-Length: 40\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: xchunked\r\nContent-Length: 3",
        "Transfer-Encoding : chunked\r\nContent-Length: 3",
        "Transfer-Encoding:\u000bchunked\r\nContent-Length: 3",
        "Transfer-Encoding: chunked, identity",
        "X: y\r\n Transfer-Encoding: chunked",
        "X: y\rTransfer-Encoding: chunked",
        "X: y\nTransfer-Encoding: chunked",
        "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked",
        "Expect: 100-continue\r\nContent-Length: 3");
  }

  private static List<String> chunks() {
    return List.of(
        "0\r\n\r\n",
        "00\r\n\r\n",
        "0;a=b\r\n\r\n",
        "0 \r\n\r\n",
        "0\n\n",
        "0\r\nX: y\r\n\r\n",
        "0\r\nContent-Length: 3\r\n\r\n",
        "3\nabc\n0\n\n",
        "3\r\nabc0\r\n\r\n",
        "10000000000000003\r\nabc\r\n0\r\n\r\n",
        "0x0\r\n\r\n",
        "-0\r\n\r\n");
  }
}
