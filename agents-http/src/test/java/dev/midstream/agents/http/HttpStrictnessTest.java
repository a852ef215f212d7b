package dev.midstream.agents.http;

import static dev.midstream.agents.http.HttpPlaybook.get;
import static dev.midstream.agents.http.HttpPlaybook.lastPage;
import static dev.midstream.agents.http.HttpPlaybook.ok;
import static dev.midstream.agents.http.HttpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.playbook.DocumentedRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each row of the strictness table: what is not clear ends the connection, and never passes. */
class HttpStrictnessTest {
  private static final String LIMITS =
      "{head-bytes: 256, header-fields: 4, chunk-line-bytes: 16, chunk-extension-bytes: 6,"
          + " trailer-bytes: 16, informational-responses: 2}";
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";

  /** What is wrong, and a message with it. */
  record Row(Flaw flaw, String message) {
    @Override
    public String toString() {
      return flaw.word() + " " + message.replace("\r", "\\r").replace("\n", "\\n");
    }
  }

  private static Row line(Flaw flaw, String line) {
    return new Row(flaw, line + "\r\nHost: h\r\n\r\n");
  }

  private static Row fields(Flaw flaw, String fields) {
    return new Row(flaw, "POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n\r\n");
  }

  private static Row host(Flaw flaw, String head) {
    return new Row(flaw, head + "\r\n\r\n");
  }

  static List<Row> requests() {
    return Stream.of(requestLines(), lengths(), otherFields()).flatMap(List::stream).toList();
  }

  private static List<Row> requestLines() {
    return List.of(
        new Row(Flaw.BARE_LINE_END, "GET / HTTP/1.1\nHost: h\n\n"),
        new Row(Flaw.BARE_LINE_END, "GET / HTTP/1.1\r\nHost: h\r\n\n"),
        new Row(Flaw.BARE_LINE_END, "GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n"),
        new Row(Flaw.BARE_LINE_END, "\rGET / HTTP/1.1\r\nHost: h\r\n\r\n"),
        line(Flaw.REQUEST_LINE, "GET  / HTTP/1.1"),
        line(Flaw.REQUEST_LINE, "GET / HTTP/1.1 "),
        line(Flaw.REQUEST_LINE, "GET /a b HTTP/1.1"),
        line(Flaw.REQUEST_LINE, "GET /"),
        line(Flaw.REQUEST_LINE, " GET / HTTP/1.1"),
        line(Flaw.REQUEST_LINE, "GET\t/\tHTTP/1.1"),
        line(Flaw.REQUEST_LINE, "GET / http/1.1"),
        line(Flaw.REQUEST_LINE, "GET / HTTP/1.10"),
        line(Flaw.REQUEST_LINE, "\r\n\r\nGET / HTTP/1.1"),
        line(Flaw.VERSION, "GET / HTTP/2.0"),
        line(Flaw.VERSION, "GET / HTTP/1.2"),
        line(Flaw.TARGET, "GET a HTTP/1.1"),
        line(Flaw.TARGET, "GET * HTTP/1.1"),
        line(Flaw.TARGET, "GET /a#b HTTP/1.1"),
        line(Flaw.TARGET, "GET /\\a HTTP/1.1"),
        line(Flaw.TARGET, "GET /\u00e9 HTTP/1.1"),
        line(Flaw.TARGET, "GET /\u0001 HTTP/1.1"),
        line(Flaw.TARGET, "GET ftp://h/ HTTP/1.1"),
        line(Flaw.TARGET, "GET http://u@h/ HTTP/1.1"),
        line(Flaw.TARGET, "GET h:80 HTTP/1.1"),
        line(Flaw.TARGET, "CONNECT / HTTP/1.1"),
        line(Flaw.TARGET, "CONNECT h HTTP/1.1"),
        line(Flaw.PERCENT_ENCODING, "GET /%2 HTTP/1.1"),
        line(Flaw.PERCENT_ENCODING, "GET /%zz HTTP/1.1"),
        line(Flaw.PERCENT_ENCODING, "GET /?a=%00 HTTP/1.1"),
        new Row(Flaw.HEAD_BYTES, "GET /" + "a".repeat(260)));
  }

  private static List<Row> lengths() {
    return List.of(
        fields(Flaw.BOTH_LENGTHS, "Content-Length: 3\r\nTransfer-Encoding: chunked"),
        fields(Flaw.BOTH_LENGTHS, "transfer-encoding: identity\r\ncontent-length: 0"),
        fields(Flaw.TRANSFER_ENCODING, "Transfer-Encoding: chunked, identity"),
        fields(Flaw.TRANSFER_ENCODING, "Transfer-Encoding: gzip, chunked"),
        fields(Flaw.TRANSFER_ENCODING, "Transfer-Encoding: xchunked"),
        fields(Flaw.TRANSFER_ENCODING, "Transfer-Encoding:"),
        fields(Flaw.TRANSFER_ENCODING, "Transfer-Encoding: \"chunked\""),
        fields(Flaw.TRANSFER_ENCODING, "Transfer-Encoding: chunked;q=1"),
        fields(Flaw.TRANSFER_ENCODING, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        new Row(
            Flaw.OLD_TRANSFER_ENCODING, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        fields(Flaw.REPEATED_LENGTH, "Content-Length: 3\r\nContent-Length: 3"),
        fields(Flaw.REPEATED_LENGTH, "Content-Length: 3\r\nContent-Length: 4"),
        fields(Flaw.REPEATED_LENGTH, "Content-Length: 3, 3"),
        fields(Flaw.CONTENT_LENGTH, "Content-Length: +3"),
        fields(Flaw.CONTENT_LENGTH, "Content-Length: -3"),
        fields(Flaw.CONTENT_LENGTH, "Content-Length: 03"),
        fields(Flaw.CONTENT_LENGTH, "Content-Length: 0x3"),
        fields(Flaw.CONTENT_LENGTH, "Content-Length: 3 4"),
        fields(Flaw.CONTENT_LENGTH, "Content-Length: 3.0"),
        fields(Flaw.CONTENT_LENGTH, "Content-Length:"),
        fields(Flaw.CONTENT_LENGTH, "Content-Length: 18446744073709551617"),
        fields(Flaw.CONTENT_LENGTH, "Content-Length: 1000000000000000000"));
  }

  private static List<Row> otherFields() {
    return List.of(
        fields(Flaw.OBS_FOLD, "X: a\r\n Content-Length: 3"),
        new Row(Flaw.OBS_FOLD, "GET / HTTP/1.1\r\n Host: h\r\n\r\n"),
        fields(Flaw.SPACE_BEFORE_COLON, "Content-Length : 3"),
        fields(Flaw.SPACE_BEFORE_COLON, "Transfer-Encoding\t: chunked"),
        fields(Flaw.FIELD_NAME, "Content-Length"),
        fields(Flaw.FIELD_NAME, ": a"),
        fields(Flaw.FIELD_NAME, "a(b): c"),
        fields(Flaw.FIELD_NAME, "Content-Length\u0000: 3"),
        fields(Flaw.CONTROL_CHARACTER, "X: a\u0000b"),
        fields(Flaw.CONTROL_CHARACTER, "Transfer-Encoding: \u000bchunked"),
        fields(Flaw.CONTROL_CHARACTER, "X: \u007f"),
        fields(Flaw.LOOKALIKE_FIELD, "Content_Length: 3"),
        fields(Flaw.LOOKALIKE_FIELD, "transfer_encoding: chunked"),
        fields(Flaw.CONNECTION_OPTION, "Connection: close, Content-Length"),
        fields(Flaw.CONNECTION_OPTION, "Connection: transfer-encoding"),
        fields(Flaw.HEADER_FIELDS, "A: 1\r\nB: 1\r\nC: 1\r\nD: 1"),
        host(Flaw.MISSING_HOST, "GET / HTTP/1.1"),
        host(Flaw.REPEATED_HOST, "GET / HTTP/1.1\r\nHost: h\r\nHost: h"),
        host(Flaw.HOST, "GET / HTTP/1.1\r\nHost: a b"),
        host(Flaw.HOST, "GET / HTTP/1.1\r\nHost: a, b"),
        host(Flaw.HOST, "GET / HTTP/1.1\r\nHost: a/b"),
        host(Flaw.HOST, "GET / HTTP/1.1\r\nHost: u@a"),
        host(Flaw.TARGET_AND_HOST, "GET http://a/ HTTP/1.1\r\nHost: b"),
        host(Flaw.TARGET_AND_HOST, "CONNECT a:1 HTTP/1.1\r\nHost: b:1"),
        host(Flaw.TARGET_AND_HOST, "GET http://a:81/ HTTP/1.1\r\nHost: a"),
        fields(
            Flaw.UPGRADE_WITH_BODY,
            "Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 3"),
        host(Flaw.UPGRADE_WITH_BODY, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nContent-Length: 3"));
  }

  @ParameterizedTest
  @MethodSource("requests")
  @DisplayName("C-59 an unclear request is answered in its place and ends the connection")
  void refusesRequest(Row row) {
    String page = row.flaw().page().equals(Page.BAD_REQUEST) ? lastPage(400) : lastPage(431);
    assertThat(
            playbook(LIMITS)
                .clientSends(get("/"))
                .clientSends(row.message() + get("/smuggled"))
                .serverSends(ok("x"))
                .serverGets(get("/"))
                .clientGets(ok("x") + page)
                .play()
                .reports())
        .contains(
            SettingsWord.of(row.flaw().ofRequest()) + ": case=" + row.flaw().word(),
            "finish: SERVER_TO_CLIENT",
            "finish: CLIENT_TO_SERVER");
  }

  static List<Row> bodies() {
    return List.of(
        new Row(Flaw.CHUNK_SIZE, "\r\n"),
        new Row(Flaw.CHUNK_SIZE, "0x3\r\nabc\r\n"),
        new Row(Flaw.CHUNK_SIZE, "-3\r\nabc\r\n"),
        new Row(Flaw.CHUNK_SIZE, "+3\r\nabc\r\n"),
        new Row(Flaw.CHUNK_SIZE, " 3\r\nabc\r\n"),
        new Row(Flaw.CHUNK_SIZE, "3 4\r\nabc\r\n"),
        new Row(Flaw.CHUNK_SIZE, "3 \r\nabc\r\n"),
        new Row(Flaw.CHUNK_SIZE, "3\t\r\nabc\r\n"),
        new Row(Flaw.CHUNK_SIZE, "0 \r\n\r\n"),
        new Row(Flaw.CHUNK_SIZE, "3g\r\nabc\r\n"),
        new Row(Flaw.CHUNK_SIZE, ";a\r\nabc\r\n"),
        new Row(Flaw.CHUNK_EXTENSION_FORM, "3;\r\nabc\r\n"),
        new Row(Flaw.CHUNK_EXTENSION_FORM, "3;a=\r\nabc\r\n"),
        new Row(Flaw.CHUNK_EXTENSION_FORM, "3;a=\"b\r\nabc\r\n"),
        new Row(Flaw.CHUNK_EXTENSION_FORM, "3;a=\"\\\"\r\nabc\r\n"),
        new Row(Flaw.CHUNK_EXTENSION_FORM, "3;a=\"\\\r\nabc\r\n"),
        new Row(Flaw.CHUNK_EXTENSION_FORM, "3;a=b c\r\nabc\r\n"),
        new Row(Flaw.CHUNK_EXTENSION_FORM, "3;a]\r\nabc\r\n"),
        new Row(Flaw.CHUNK_EXTENSION_FORM, "3;a \r\nabc\r\n"),
        new Row(Flaw.CHUNK_LINE, "10000000000000003\r\n"),
        new Row(Flaw.CHUNK_LINE, "0000000000000003\r\n"),
        new Row(Flaw.CHUNK_LINE, "3;" + "a".repeat(20)),
        new Row(Flaw.CHUNK_EXTENSIONS, "1;abc\r\na\r\n1;abc\r\na\r\n"),
        new Row(Flaw.BARE_LINE_END, "3\nabc\n0\n\n"),
        new Row(Flaw.BARE_LINE_END, "3;a\nb\r\nabc\r\n"),
        new Row(Flaw.CONTROL_CHARACTER, "3;\u0000\r\nabc\r\n"),
        new Row(Flaw.CHUNK_END, "3\r\nabcd\r\n"),
        new Row(Flaw.CHUNK_END, "3\r\nabc\n0\r\n\r\n"),
        new Row(Flaw.TRAILER, "0\r\nHost: a\r\n\r\n"),
        new Row(Flaw.TRAILER_BYTES, "0\r\nA: 34567890123\r\n\r\n"),
        new Row(Flaw.OBS_FOLD, "0\r\nA: b\r\n c\r\n\r\n"),
        new Row(Flaw.FIELD_NAME, "0\r\n:Xy\r\n\r\n"),
        new Row(Flaw.FIELD_NAME, "0\r\nGET /\r\n\r\n"));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  @DisplayName("C-59 an unclear body is answered, and the server is reset")
  void abortsUpload(Row row) {
    var outcome =
        playbook(LIMITS)
            .clientSends("POST / HTTP/1.1\r\nHost: h\r\n" + CHUNKED + row.message())
            .clientGets(lastPage(400))
            .play();
    assertThat(outcome.ending()).startsWith("abort: CLIENT_TO_SERVER");
    assertThat(outcome.reports())
        .contains(SettingsWord.of(row.flaw().ofRequest()) + ": case=" + row.flaw().word());
    assertThat(outcome.clientToServer().toLatin1()).doesNotContain("\r\n0\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 3",
        "transfer-encoding: chunked",
        "Host: other",
        "Connection: close",
        "Content-Encoding: gzip",
        "Content-Type: a/b",
        "Upgrade: a",
        "Expect: 100-continue",
        "Authorization: a",
        "Cookie: a",
        "Set-Cookie: a"
      })
  @DisplayName("C-59 trailers that repeat framing, routing or control do not pass")
  void refusesTrailers(String trailer) {
    String last = CHUNKED + "0\r\nA: b\r\n" + trailer + "\r\n\r\n";
    var upload =
        playbook("")
            .clientSends("POST / HTTP/1.1\r\nHost: h\r\n" + last)
            .clientGets(lastPage(400))
            .play();
    assertThat(upload.ending()).startsWith("abort: CLIENT_TO_SERVER");
    assertThat(upload.reports()).contains("malformed-request: case=trailer");
    var download =
        playbook("").clientSends(get("/")).serverSends("HTTP/1.1 200 OK\r\n" + last).play();
    assertThat(download.ending()).isEqualTo("reset: a response is malformed");
    assertThat(download.serverToClient().toLatin1()).doesNotContain(trailer);
  }

  @ParameterizedTest
  @MethodSource("bodies")
  @DisplayName("C-59 an unclear body of a response resets the connection")
  void resetsDownload(Row row) {
    refuses(row.flaw(), get("/"), "HTTP/1.1 200 OK\r\n" + CHUNKED + row.message());
  }

  @Test
  @DisplayName("C-59 an unclear body is not answered inside another answer")
  void abortsAmongAnswers() {
    assertThat(
            playbook("")
                .clientSends(get("/") + "POST / HTTP/1.1\r\nHost: h\r\n" + CHUNKED + "x\r\n")
                .play()
                .ending())
        .isEqualTo("reset: a request body is malformed");
  }

  static List<Row> responses() {
    String ok = "HTTP/1.1 200 OK\r\n";
    return List.of(
        new Row(Flaw.BARE_LINE_END, "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
        new Row(Flaw.STATUS_LINE, "HTTP/1.1 20 OK\r\n\r\n"),
        new Row(Flaw.STATUS_LINE, "HTTP/1.1 600 OK\r\n\r\n"),
        new Row(Flaw.STATUS_LINE, "HTTP/2 200 OK\r\n\r\n"),
        new Row(Flaw.STATUS_LINE, "HTTP/1.1 200 O\u0000K\r\n\r\n"),
        new Row(Flaw.STATUS_LINE, "ICY 200 OK\r\n\r\n"),
        new Row(Flaw.OBS_FOLD, ok + "A: b\r\n c\r\n\r\n"),
        new Row(Flaw.SPACE_BEFORE_COLON, ok + "Content-Length : 3\r\n\r\nabc"),
        new Row(Flaw.BOTH_LENGTHS, ok + "Content-Length: 3\r\n" + CHUNKED + "0\r\n\r\n"),
        new Row(Flaw.TRANSFER_ENCODING, ok + "Transfer-Encoding: gzip\r\n\r\n"),
        new Row(Flaw.OLD_TRANSFER_ENCODING, "HTTP/1.0 200 OK\r\n" + CHUNKED + "0\r\n\r\n"),
        new Row(Flaw.REPEATED_LENGTH, ok + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
        new Row(Flaw.CONTENT_LENGTH, ok + "Content-Length: +3\r\n\r\nabc"),
        new Row(Flaw.CONNECTION_OPTION, ok + "Connection: content-length\r\n\r\n"),
        new Row(Flaw.LENGTH_WITHOUT_BODY, "HTTP/1.1 204 x\r\nContent-Length: 3\r\n\r\nabc"),
        new Row(Flaw.LENGTH_WITHOUT_BODY, "HTTP/1.1 204 x\r\n" + CHUNKED + "0\r\n\r\n"),
        new Row(Flaw.LENGTH_WITHOUT_BODY, "HTTP/1.1 100 x\r\nContent-Length: 3\r\n\r\nabc"),
        new Row(Flaw.UNREQUESTED_UPGRADE, "HTTP/1.1 101 x\r\n\r\n"),
        new Row(Flaw.UNSOLICITED, ok("x") + ok("y")),
        new Row(Flaw.UNSOLICITED, "HTTP/1.1 304 x\r\nContent-Length: 3\r\n\r\nabc"),
        new Row(Flaw.HEAD_BYTES, "HTTP/1.1 200 " + "a".repeat(260)),
        new Row(Flaw.HEADER_FIELDS, ok + "A: b\r\n".repeat(5) + "\r\n"),
        new Row(Flaw.INFORMATIONAL, "HTTP/1.1 103 x\r\n\r\n".repeat(3)));
  }

  @ParameterizedTest
  @MethodSource("responses")
  @DisplayName("C-59 an unclear response resets the connection")
  void resetsResponse(Row row) {
    refuses(row.flaw(), get("/"), row.message());
  }

  private static void refuses(Flaw flaw, String request, String response) {
    var outcome = playbook(LIMITS).clientSends(request).serverSends(response).play();
    assertThat(outcome.ending()).isEqualTo("reset: a response is malformed");
    assertThat(outcome.reports())
        .contains(SettingsWord.of(flaw.ofResponse()) + ": case=" + flaw.word());
  }

  @Test
  @DisplayName("C-59 chunk extensions of the right form pass")
  void passesExtensions() {
    String chunks =
        "3;a\r\nabc\r\n1 ; b = \"x\\\";\u00e9\t\";c=d\r\na\r\n2;~\t=e\r\nab\r\n0;f\r\n\r\n";
    String request = "POST / HTTP/1.1\r\nHost: h\r\n" + CHUNKED + chunks;
    playbook("").clientSends(request).serverGets(request).play();
  }

  @Test
  @DisplayName("C-59 the largest numbers that are clear are taken")
  void takesLargestNumbers() {
    playbook("")
        .clientSends(get("/") + get("/"))
        .serverSends("HTTP/1.1 200 OK\r\nContent-Length: 999999999999999999\r\n\r\nGET")
        .clientGets("HTTP/1.1 200 OK\r\nContent-Length: 999999999999999999\r\n\r\nGET")
        .play();
    playbook("")
        .clientSends(get("/"))
        .serverSends("HTTP/1.1 200 OK\r\n" + CHUNKED + "fffffffffffffff\r\n0\r\n\r\n")
        .clientGets("HTTP/1.1 200 OK\r\n" + CHUNKED + "fffffffffffffff\r\n0\r\n\r\n")
        .play();
  }

  @Test
  @DisplayName("C-59 every case is tested and documented")
  void everyCase() throws IOException {
    Set<Flaw> tested = EnumSet.noneOf(Flaw.class);
    Stream.of(requests(), bodies(), responses())
        .flatMap(List::stream)
        .map(Row::flaw)
        .forEach(tested::add);
    assertThat(tested).containsExactlyInAnyOrder(Flaw.values());
    assertThat(DocumentedRows.under(Path.of("../docs/http.md"), "Strictness"))
        .allSatisfy(row -> assertThat(row).hasSize(3))
        .extracting(List::getFirst)
        .containsExactlyElementsOf(Stream.of(Flaw.values()).map(Flaw::word).toList());
  }
}
