package dev.midstream.agents.http;

import static dev.midstream.agents.http.HttpPlaybook.get;
import static dev.midstream.agents.http.HttpPlaybook.lastPage;
import static dev.midstream.agents.http.HttpPlaybook.ok;
import static dev.midstream.agents.http.HttpPlaybook.page;
import static dev.midstream.agents.http.HttpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests pass, and what is edited in heads. */
@SuppressWarnings("StringConcatToTextBlock") // Text blocks have no CR LF.
class HttpPolicyTest {
  private static final String FORBIDDEN = page(403);

  private static void requireDenied(String settings, String request) {
    playbook(settings)
        .clientSends(get("/pub/a") + request + get("/pub/b"))
        .serverSends(ok("a"))
        .serverSendsWhenMonitored(ok("x"))
        .serverSends(ok("b"))
        .serverGets(get("/pub/a") + get("/pub/b"))
        .clientGets(ok("a") + FORBIDDEN + ok("b"))
        .play();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/admin",
        "/admin/",
        "/admin/x?y",
        "/admin?x",
        "//admin",
        "/./admin",
        "/pub/../admin",
        "/pub/%2e%2e/admin",
        "/%61dmin",
        "/ADMIN",
        "/pub/..%2fadmin",
        "/pub/%2e%2e%5cadmin",
        "/%2561dmin",
        "/admin;x=y",
        "/pub/..;/admin",
        "/../admin",
        "/admin%0a",
        "/admin%20",
        "/admin./x",
        "http://h/admin"
      })
  @DisplayName("OWN-3 a denied path is denied in every spelling")
  void deniesPath(String target) {
    requireDenied("{requests: [{path: /admin}], ignore-case: true}", get(target));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/administration", "/a?x=/admin", "/a%20b", "/admin.html", "/pub/.."})
  @DisplayName("OWN-3 other paths pass")
  void passesOtherPaths(String target) {
    playbook("{requests: [{path: /admin}]}")
        .clientSends(get(target))
        .serverGets(get(target))
        .play();
  }

  @Test
  @DisplayName("OWN-3 only what is allowed passes, by method, host and field")
  void allows() {
    String settings =
        "{otherwise: deny, requests: [{field: X-Evil, contains: drop, action: deny},"
            + " {host: [h, \"*.example\"], method: [GET, HEAD], path: /pub, action: allow}]}";
    requireDenied(settings, "POST /pub/a HTTP/1.1\r\nHost: h\r\n\r\n");
    requireDenied(settings, "get /pub/a HTTP/1.1\r\nHost: h\r\n\r\n");
    requireDenied(settings, "GET /pub/a HTTP/1.1\r\nHost: other\r\n\r\n");
    requireDenied(settings, "GET /pub/a HTTP/1.1\r\nHost: h.other\r\n\r\n");
    requireDenied(settings, "GET /pub/a HTTP/1.1\r\nHost: h\r\nx-evil: a DROP b\r\n\r\n");
    requireDenied(settings, "GET /pub/a HTTP/1.0\r\n\r\n");
    requireDenied(settings, "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");
    String passed =
        "GET /pub/a HTTP/1.1\r\nHost: A.Example.:80\r\nX-Evil: no\r\n\r\n"
            + "GET http://a.example/pub HTTP/1.1\r\nHost: a.example:80\r\n\r\n";
    playbook(settings).clientSends(passed).serverGets(passed).play();
  }

  @Test
  @DisplayName("OWN-3 HEAD is denied without a body")
  void deniesHead() {
    String page = Page.FORBIDDEN.octets(true, false).toLatin1();
    playbook("{requests: [{method: HEAD}]}")
        .clientSends("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + get("/"))
        .serverSendsWhenMonitored("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        .serverSends(ok("b"))
        .clientGets(page + ok("b"))
        .play();
  }

  @Test
  @DisplayName("OWN-3 a denial has the page of its rule, and a redirection its URL")
  void pages() {
    assertThat(
            playbook(
                    "{requests: [{path: /a, page: \"Call us.\"},"
                        + " {path: /old, action: redirect, location: \"http://h/new\"}]}")
                .clientSends(get("/a") + get("/old"))
                .serverSendsWhenMonitored(ok("x").repeat(2))
                .clientGets(
                    "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\n"
                        + "Content-Length: 8\r\n\r\nCall us."
                        + "HTTP/1.1 302 Found\r\nLocation: http://h/new\r\n"
                        + "Content-Type: text/plain; charset=utf-8\r\n"
                        + "Content-Length: 10\r\n\r\n302 Found\n")
                .play()
                .reports())
        .containsExactly("denied-request: rule=1", "redirected: rule=2");
  }

  @Test
  @DisplayName("OWN-3 a denial has the status and the media type of its rule")
  void statuses() {
    playbook(
            "{requests: [{path: /a, status: 451}, {path: /b, action: redirect, status: 308,"
                + " location: \"/c\", page: \"<p>\u00e9\", page-type: text/html}]}")
        .clientSends(get("/a") + get("/b"))
        .serverSendsWhenMonitored(ok("x").repeat(2))
        .clientGets(
            "HTTP/1.1 451 Unavailable For Legal Reasons\r\nContent-Type: text/plain; charset=utf-8"
                + "\r\nContent-Length: 34\r\n\r\n451 Unavailable For Legal Reasons\n"
                + "HTTP/1.1 308 Permanent Redirect\r\nLocation: /c\r\n"
                + "Content-Type: text/html; charset=utf-8\r\nContent-Length: 5\r\n\r\n<p>\u00e9")
        .play();
  }

  @Test
  @DisplayName("OWN-3 a denied upload is dropped, and the connection goes on")
  void dropsUpload() {
    playbook("{requests: [{path: /up}], drop-bytes: 40}")
        .clientSends(
            "POST /up HTTP/1.1\r\nHost: h\r\nContent-Length: 38\r\n\r\nGET /x HTTP/1.1\r\nHost: h\r\n\r\n")
        .clientSends("0123456789" + get("/a"))
        .serverSendsWhenMonitored(ok("x"))
        .serverSends(ok("a"))
        .serverGets(get("/a"))
        .clientGets(FORBIDDEN + ok("a"))
        .play();
  }

  @ParameterizedTest
  @CsvSource({
    "'Content-Length: 41\r\n\r\n'",
    "'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n'",
    "'Content-Length: 3\r\nExpect: 100-continue\r\n\r\n'"
  })
  @DisplayName("OWN-3 a denied upload that is long or not clear ends the connection")
  void endsUpload(String rest) {
    var outcome =
        playbook("{requests: [{path: /up}], drop-bytes: 40}")
            .clientSends(get("/a"))
            .clientSends("POST /up HTTP/1.1\r\nHost: h\r\n" + rest + get("/b"))
            .serverHasGot(get("/a"))
            .serverSends(ok("a"))
            .serverGets(get("/a"))
            .clientGets(ok("a") + lastPage(403))
            .play();
    assertThat(outcome.reports()).contains("finish: SERVER_TO_CLIENT", "finish: CLIENT_TO_SERVER");
  }

  @Test
  @DisplayName("OWN-3 edits of fields touch their octets only")
  void editsFields() {
    playbook(
            "{request-fields: {remove: [Referer, x-b], set: [{field: User-Agent, value: none}]},"
                + " response-fields: {remove: X-Powered-By, set: [{field: Server, value: web}]}}")
        .clientSends(
            "GET / HTTP/1.1\r\nhost:h\r\nReferer: x\r\nuser-agent:  curl/8 \r\nA:\tb\r\nX-B: c\r\n\r\n")
        .serverSends(
            "HTTP/1.1 200 OK\r\nSERVER: nginx/1.22\r\nx-powered-by: PHP\r\nServer: b\r\n"
                + "Content-Length: 0\r\n\r\n")
        .clientSends(get("/"))
        .serverSends("HTTP/1.1 103 x\r\nServer: q\r\n\r\nHTTP/1.1 204 No\r\n\r\n")
        .serverGets(
            "GET / HTTP/1.1\r\nhost:h\r\nuser-agent:  none \r\nA:\tb\r\n\r\n"
                + "GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: none\r\n\r\n")
        .clientGets(
            "HTTP/1.1 200 OK\r\nSERVER: web\r\nContent-Length: 0\r\n\r\n"
                + "HTTP/1.1 103 x\r\nServer: web\r\n\r\nHTTP/1.1 204 No\r\nServer: web\r\n\r\n")
        .play();
  }

  @Test
  @DisplayName("OWN-3 URLs of the server are rewritten where heads have them")
  void rewritesUrls() {
    assertThat(
            playbook(
                    "{urls: [{inside: \"http://in:8080/app\", outside: \"https://out.example/\"}]}")
                .clientSends(
                    "GET /x?y HTTP/1.1\r\nHost: out.example\r\n\r\n"
                        + "GET /z HTTP/1.1\r\nHost: other\r\n\r\n")
                .serverSends(
                    "HTTP/1.1 302 x\r\nLocation: http://IN:8080/app/a\r\nContent-Location: /app\r\n"
                        + "Link: </app/s>; rel=a, <http://in:8080/app?b>;rel=b, <http://in/app>\r\n"
                        + "Set-Cookie: a=/app; Path=/app; Domain=.in; secure\r\n"
                        + "Content-Length: 0\r\n\r\n")
                .serverSends("HTTP/1.1 302 x\r\nLocation: /apple\r\nContent-Length: 0\r\n\r\n")
                .serverGets(
                    "GET /app/x?y HTTP/1.1\r\nHost: in:8080\r\n\r\n"
                        + "GET /app/z HTTP/1.1\r\nHost: other\r\n\r\n")
                .clientGets(
                    "HTTP/1.1 302 x\r\nLocation: https://out.example/a\r\nContent-Location: /\r\n"
                        + "Link: </s>; rel=a, <https://out.example?b>;rel=b, <http://in/app>\r\n"
                        + "Set-Cookie: a=/app; Path=/; Domain=out.example; secure\r\n"
                        + "Content-Length: 0\r\n\r\n"
                        + "HTTP/1.1 302 x\r\nLocation: /apple\r\nContent-Length: 0\r\n\r\n")
                .play()
                .reports())
        .hasSize(3);
  }

  @Test
  @DisplayName("OWN-3 URLs in targets of absolute form are rewritten with their host")
  void rewritesAbsoluteTargets() {
    playbook("{urls: [{inside: \"http://in:8080/app\", outside: \"https://out.example\"}]}")
        .clientSends("GET https://OUT.example/x?y HTTP/1.1\r\nHost: out.example\r\n\r\n")
        .clientSends("GET https://out.example.evil/x HTTP/1.1\r\nHost: out.example.evil\r\n\r\n")
        .serverGets(
            "GET http://in:8080/app/x?y HTTP/1.1\r\nHost: in:8080\r\n\r\n"
                + "GET https://out.example.evil/x HTTP/1.1\r\nHost: out.example.evil\r\n\r\n")
        .play();
  }
}
