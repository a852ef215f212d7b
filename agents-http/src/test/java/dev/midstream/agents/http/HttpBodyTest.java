package dev.midstream.agents.http;

import static dev.midstream.agents.http.HttpPlaybook.get;
import static dev.midstream.agents.http.HttpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts in bodies of responses. */
class HttpBodyTest {
  private static final String LONGER = "replace: [{find: inner, replace: outermost}]";
  private static final String EQUAL = "replace: [{find: inner, replace: outer}]";
  private static final String TEXT = "HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=x\r\n";
  private static final String LEFT = "body-left: a body that cannot be edited";

  private static String counted(String fields, String body) {
    return TEXT + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static AgentPlaybook answered(String settings, String response) {
    return playbook("{" + settings + "}").clientSends(get("/")).serverSends(response);
  }

  private static void requireLeft(String settings, String response) {
    assertThat(answered(settings, response).clientGets(response).play().reports())
        .containsExactly(LEFT);
  }

  @Test
  @DisplayName("OWN-3 a small body is edited as a whole, and its head says so")
  void editsSmallBodies() {
    assertThat(
            answered(
                    LONGER,
                    counted(
                        "ETag: \"x\"\r\nAccept-Ranges: bytes\r\nDigest: a=b\r\nX: y\r\n",
                        "an inner and an inner."))
                .clientSends(get("/2"))
                .serverSends(counted("ETag: \"x\"\r\nDigest: a=b\r\n", "nothing inne"))
                .clientGets(
                    counted("ETag: W/\"x\"\r\nX: y\r\n", "an outermost and an outermost.")
                        + counted("ETag: \"x\"\r\nDigest: a=b\r\n", "nothing inne"))
                .play()
                .reports())
        .containsExactly("edited-body: as a whole");
  }

  @Test
  @DisplayName("OWN-3 other types, and what has no body, pass")
  void passesOtherTypes() {
    for (String type :
        new String[] {"image/png", "text/event-stream", "application/octet-stream"}) {
      String response =
          "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: 5\r\n\r\ninner";
      assertThat(answered(LONGER, response).clientGets(response).play().reports()).isEmpty();
    }
    String untyped = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ninner";
    answered(LONGER, untyped).clientGets(untyped).play();
  }

  @Test
  @DisplayName("OWN-3 HEAD and 304 say of the body what an edited one would say")
  void bodiless() {
    playbook("{" + LONGER + "}")
        .clientSends("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + get("/"))
        .serverSends(TEXT + "Content-Length: 7\r\nETag: \"x\"\r\nAccept-Ranges: bytes\r\n\r\n")
        .serverSends("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n")
        .clientGets(
            TEXT + "ETag: W/\"x\"\r\n\r\nHTTP/1.1 304 Not Modified\r\nETag: W/\"x\"\r\n\r\n")
        .play();
  }

  @Test
  @DisplayName("OWN-3 a long body is edited in blocks where its length stays")
  void editsBlocks() {
    String body = "a".repeat(14) + "inner" + "b".repeat(40) + "inne";
    assertThat(
            answered(
                    EQUAL + ", body-bytes: 16, block-bytes: 16",
                    counted("Content-MD5: x\r\n", body))
                .clientGets(counted("", body.replace("inner", "outer")))
                .play()
                .reports())
        .containsExactly("edited-body: in a block");
    requireLeft(LONGER + ", body-bytes: 16", counted("", body));
  }

  @Test
  @DisplayName("OWN-3 chunks are edited and cut anew, also where a text lies in two of them")
  void editsChunks() {
    String head = TEXT + "Transfer-Encoding: chunked\r\n";
    assertThat(
            answered(
                    LONGER,
                    head
                        + "ETag: \"x\"\r\n\r\n7;a=b\r\nx inner\r\n3\r\n in\r\n1\r\nn\r\n4\r\ner i\r\n"
                        + "2\r\nnn\r\n0\r\nRepr-Digest: x\r\nA: b\r\n\r\n")
                .clientSends(get("/2"))
                .serverSends(HttpPlaybook.ok("inner"))
                .clientGets(
                    head
                        + "ETag: W/\"x\"\r\n\r\nb\r\nx outermost\r\ne\r\n outermost inn\r\n0\r\n"
                        + "A: b\r\n\r\n"
                        + HttpPlaybook.ok("inner"))
                .play()
                .reports())
        .containsExactly("edited-body: in a block", "edited-body: in a block");
  }

  @Test
  @DisplayName("OWN-3 a long chunk becomes several, cut at blocks of the original, at every cut")
  void cutsLongChunks() {
    String head = TEXT + "Transfer-Encoding: chunked\r\n\r\n";
    String before = "a".repeat(14);
    String after = "b".repeat(13);
    assertThat(
            answered(
                    LONGER + ", block-bytes: 16",
                    head + "38\r\n" + before + "inner" + after + "c".repeat(24) + "\r\n0\r\n\r\n")
                .clientGets(
                    head
                        + ("24\r\n" + before + "outermost" + after + "\r\n")
                        + ("10\r\n" + "c".repeat(16) + "\r\n8\r\n" + "c".repeat(8))
                        + "\r\n0\r\n\r\n")
                .play()
                .reports())
        .containsExactly("edited-body: in a block");
  }

  @Test
  @DisplayName("OWN-3 blocks are joined inside texts up to a limit, and what is cut is counted")
  void endsJoinedBlocks() {
    String block = "ner" + ".".repeat(11) + "in";
    String body = ".".repeat(14) + "in" + block.repeat(2) + "ner";
    String edited = body.replace("inner", "outer");
    String cut = edited.substring(0, 46) + "inner";
    String settings = EQUAL + ", body-bytes: 1, block-bytes: 16, joined-bytes: ";
    requireCounts(settings + 48, counted("", body), counted("", edited), false);
    requireCounts(settings + 47, counted("", body), counted("", cut), true);
    String head = TEXT + "Transfer-Encoding: chunked\r\n\r\n";
    String chunk = head + "33\r\n" + body + "\r\n0\r\n\r\n";
    String chunks = head + "30\r\n" + cut.substring(0, 48) + "\r\n3\r\nner\r\n0\r\n\r\n";
    requireCounts(settings + 52, chunk, chunk.replace(body, edited), false);
    requireCounts(settings + 51, chunk, chunks, true);
  }

  private static void requireCounts(
      String settings, String response, String expected, boolean isCut) {
    List<String> reports = answered(settings, response).clientGets(expected).play().reports();
    String cut = "body-left: a text that may go on after joined-bytes";
    String edited = "edited-body: in a block";
    assertThat(reports).isEqualTo(isCut ? List.of(cut, edited) : List.of(edited));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-MD5", "digest", "Content-Digest", "Repr-Digest", "accept-ranges"})
  @DisplayName("OWN-3 what says something of the body before is deleted, where it changes")
  void removesDigests(String field) {
    answered(LONGER, counted(field + ": a\r\n", "an inner"))
        .clientGets(counted("", "an outermost"))
        .play();
    String same = counted(field + ": a\r\n", "nothing");
    answered(LONGER, same).clientGets(same).play();
    answered(EQUAL + ", body-bytes: 4, block-bytes: 16", counted(field + ": a\r\n", "an inner"))
        .clientGets(counted("", "an outer"))
        .play();
  }

  @Test
  @DisplayName("OWN-3 a chunk that becomes empty is left out: it would end the body")
  void leavesOutEmptyChunks() {
    String head = TEXT + "Transfer-Encoding: chunked\r\n\r\n";
    answered("replace: [{find: inner}]", head + "5\r\ninner\r\n1\r\nx\r\n5\r\ninner\r\n0\r\n\r\n")
        .clientGets(head + "1\r\nx\r\n0\r\n\r\n")
        .play();
  }

  @Test
  @DisplayName("OWN-3 a malformed chunk in an edited body resets")
  void malformedChunk() {
    String response = TEXT + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n2\r\ninner\r\n0\r\n\r\n";
    assertThat(answered(LONGER, response).play().ending())
        .isEqualTo("reset: a response is malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Encoding: br\r\n",
        "Content-Encoding: gzip, gzip\r\n",
        "Cache-Control: public, No-Transform\r\n"
      })
  @DisplayName("OWN-3 what cannot be edited passes and is counted")
  void leaves(String fields) {
    requireLeft(LONGER, counted(fields, "inner"));
  }

  @Test
  @DisplayName("OWN-3 parts, and bodies to the end of the stream, pass and are counted")
  void leavesParts() {
    requireLeft(LONGER, counted("Content-Range: bytes 0-4/9\r\n", "inner").replace("200", "206"));
    assertThat(
            answered(LONGER, TEXT + "\r\ninner")
                .serverEnds()
                .clientGets(TEXT + "\r\ninner")
                .play()
                .reports())
        .containsExactly(LEFT);
  }

  @Test
  @DisplayName("OWN-3 gzip is decoded and encoded again, counted and chunked")
  void editsGzip() {
    byte[] gzip = Gzip.encode("an inner".getBytes(StandardCharsets.UTF_8));
    byte[] edited = Gzip.encode("an outermost".getBytes(StandardCharsets.UTF_8));
    String head = TEXT + "Content-Encoding: gzip\r\n";
    String chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
    Octets counted = gzipped(head + "Content-Length: " + gzip.length + "\r\n\r\n", gzip, "");
    String size = Integer.toHexString(gzip.length - 3) + "\r\n";
    Octets pieces =
        Octets.join(
            Octets.ofLatin1(chunked + "3\r\n"),
            Octets.of(gzip).slice(0, 3),
            Octets.ofLatin1("\r\n" + size),
            Octets.of(gzip).slice(3, gzip.length),
            Octets.ofLatin1("\r\n0\r\nDigest: x\r\n\r\n"));
    String editedSize = Integer.toHexString(edited.length) + "\r\n";
    playbook("{" + LONGER + "}")
        .clientSends(get("/").repeat(2))
        .sends(Direction.SERVER_TO_CLIENT, Octets.join(counted, pieces))
        .gets(
            Direction.SERVER_TO_CLIENT,
            Octets.join(
                gzipped(head + "Content-Length: " + edited.length + "\r\n\r\n", edited, ""),
                gzipped(chunked + editedSize, edited, "\r\n0\r\n\r\n")))
        .play();
    assertThat(Objects.requireNonNull(Gzip.decode(edited, 12)))
        .asString()
        .isEqualTo("an outermost");
    assertThat(Gzip.decode(edited, 11)).isNull();
  }

  private static Octets gzipped(String head, byte[] body, String end) {
    return Octets.join(Octets.ofLatin1(head), Octets.of(body), Octets.ofLatin1(end));
  }

  @Test
  @DisplayName("OWN-3 gzip that is damaged or too long passes")
  void leavesDamagedGzip() {
    String damaged = counted("Content-Encoding: gzip\r\n", "inner");
    assertThat(answered(LONGER, damaged).clientGets(damaged).play().reports())
        .containsExactly("body-left: gzip that is damaged or too long");
    String longer =
        TEXT
            + "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5\r\ninner\r\n5\r\ninner\r\n0\r\n\r\n";
    assertThat(answered(LONGER + ", body-bytes: 8", longer).clientGets(longer).play().reports())
        .containsExactly("body-left: gzip that is longer than body-bytes, or malformed");
  }

  @Test
  @DisplayName("OWN-3 gzip is edited up to a multiple of the limit of bodies")
  void leavesLongGzip() {
    String settings = "{" + LONGER + ", body-bytes: 50, gzip-ratio: 2}";
    for (int length = 100; length <= 101; length++) {
      String text = "a".repeat(length - 5) + "inner";
      byte[] gzip = Gzip.encode(text.getBytes(StandardCharsets.UTF_8));
      byte[] edited =
          Gzip.encode(text.replace("inner", "outermost").getBytes(StandardCharsets.UTF_8));
      boolean isEdited = length == 100;
      assertThat(
              playbook(settings)
                  .clientSends(get("/"))
                  .sends(Direction.SERVER_TO_CLIENT, withLength(gzip))
                  .gets(Direction.SERVER_TO_CLIENT, withLength(isEdited ? edited : gzip))
                  .play()
                  .reports())
          .containsExactly(
              isEdited ? "edited-body: as a whole" : "body-left: gzip that is damaged or too long");
    }
  }

  private static Octets withLength(byte[] gzip) {
    String head = TEXT + "Content-Encoding: gzip\r\nContent-Length: " + gzip.length + "\r\n\r\n";
    return gzipped(head, gzip, "");
  }

  @Test
  @DisplayName("OWN-3 codings that cannot be edited are not asked for")
  void narrowsCodings() {
    String head = "GET / HTTP/1.1\r\nHost: h\r\naccept-encoding: ";
    playbook("{" + LONGER + "}")
        .clientSends(head + "br, gzip;q=0.5, deflate\r\n\r\n")
        .clientSends(head + "br, gzip;q=0\r\n\r\n" + head + "gzip\r\n\r\n" + get("/"))
        .serverGets(
            head + "gzip\r\n\r\n" + (head + "identity\r\n\r\n" + head + "gzip\r\n\r\n" + get("/")))
        .play();
  }
}
