package dev.midstream.agents.smtp;

import static dev.midstream.agents.smtp.SmtpPlaybook.GREETING;
import static dev.midstream.agents.smtp.SmtpPlaybook.greeted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.Outcome;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages whose header and text are edited. */
class SmtpEditTest {
  private static final String HEADERS =
      "headers.add: {name=X-Seen;value=yes}, headers.remove: Received|X-Mailer,"
          + " headers.replace: {name=Subject;value=new}";
  private static final String WORDS =
      "substitute: {find=secret;replace=***}|{find=dot;replace=.}|{find=gone;replace=}";
  private static final String ENVELOPE =
      "EHLO me\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n";

  private static final String PARTS =
      """
      Content-Type: multipart/mixed;
       boundary="out er"

      secret preamble
      --out er
      Content-Type: multipart/alternative; boundary=inner
      Subject: of a part

      secret
      --inner

      secret
      --inner
      Content-Type: text/html
      Content-Transfer-Encoding: quoted-printable

      secret
      --inner--
      secret epilogue
      --out er
      Content-Type: message/rfc822

      Subject: secret

      secret
      --out erx
      --out er--
      secret end
      .
      """;

  private static AgentPlaybook inText(String settings) {
    return greeted(settings)
        .clientSends("EHLO me\r\n")
        .serverSends("250-mx\r\n250 8BITMIME\r\n")
        .clientSends(ENVELOPE.substring("EHLO me\r\n".length()))
        .serverSends("250 ok\r\n250 ok\r\n354 go\r\n");
  }

  private static List<String> edited(String settings, String sent, String received) {
    Outcome outcome =
        inText(settings)
            .clientSends(sent)
            .serverHasGot(ENVELOPE + received)
            .clientSends("NOOP\r\n")
            .serverSends("250 queued\r\n250 noop\r\n")
            .serverGets(ENVELOPE + received + "NOOP\r\n")
            .play();
    return outcome.reports();
  }

  @Test
  @DisplayName("C-58 fields are added, removed and replaced, whatever their case and folding")
  void headers() {
    assertThat(
            edited(
                HEADERS,
                "Received: a\r\n\tb\r\nFrom: x\r\nsubject : old\r\n folded\r\nx-mailer: y\r\nTo"
                    + ": z\r\n\r\nSubject: body\r\n.\r\n",
                "X-Seen: yes\r\nFrom: x\r\nsubject : new\r\nTo: z\r\n\r\nSubject: body\r\n.\r\n"))
        .containsExactly("edited: a header or a text part");
  }

  @Test
  @DisplayName("C-58 a text without a header gets one, and an empty text too")
  void addsHeader() {
    edited(HEADERS, "just text\r\n.\r\n", "X-Seen: yes\r\n\r\njust text\r\n.\r\n");
    edited(HEADERS, "\r\nx\r\n.\r\n", "X-Seen: yes\r\n\r\nx\r\n.\r\n");
    edited(HEADERS, ".\r\n", "X-Seen: yes\r\n.\r\n");
  }

  @Test
  @DisplayName("C-58 strings are replaced in the text and not in the header; dots stay stuffed")
  void substitutes() {
    edited(
        WORDS,
        "Subject: secret\r\n\r\nthe secretsecret\r\n..secret\r\ndot\r\ngone.\r\n..dot\r\ngo"
            + "ne\r\nsecre\r\nt\r\n.\r\n",
        "Subject: secret\r\n\r\nthe ******\r\n..***\r\n..\r\n..\r\n...\r\n\r\nsecre\r\nt\r\n.\r\n");
  }

  @Test
  @DisplayName("C-58 a line that is not edited keeps a dot that was not needed, at every cut")
  void keepsDots() {
    edited(WORDS, "\r\n.a\r\n.b\r\n.secret\r\n.\r\n", "\r\n.a\r\n.b\r\n***\r\n.\r\n");
  }

  @Test
  @DisplayName("C-58 octets above 127 are found as they are written in UTF-8")
  void substitutesUtf8() {
    edited(
        "substitute: {find=Grüße;replace=bye}",
        "Content-Transfer-Encoding: 8bit\r\n\r\nGrüße!\r\n.\r\n",
        "Content-Transfer-Encoding: 8bit\r\n\r\nbye!\r\n.\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain, 7bit, ***, ",
    "text/html; charset=utf-8, 8BIT, ***, ",
    "text/plain, base64, secret, encoded-part",
    "text/plain, quoted-printable, secret, encoded-part",
    "application/x, 7bit, secret, ",
    "image/png, base64, secret, "
  })
  @DisplayName("C-58 only text parts without an encoding are edited, others are left and counted")
  void parts(String type, String encoding, String after, String left) {
    String header =
        "Content-Type: " + type + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n";
    List<String> reports = edited(WORDS, header + "secret\r\n.\r\n", header + after + "\r\n.\r\n");
    if (left == null) {
      assertThat(reports).noneMatch(each -> each.startsWith("encoded-part"));
    } else {
      assertThat(reports).anyMatch(each -> each.startsWith(left));
    }
  }

  @Test
  @DisplayName("C-58 parts of parts are told by their boundaries")
  void multipart() {
    String sent = PARTS.replace("\n", "\r\n");
    String received =
        sent.replace("\r\n\r\nsecret\r\n--inner\r\nC", "\r\n\r\n***\r\n--inner\r\nC")
            .replace("secret\r\n--out erx", "***\r\n--out erx");
    assertThat(received).isNotEqualTo(sent);
    assertThat(edited(WORDS + ", headers.remove: Subject", sent, received))
        .containsExactly(
            "edited: a header or a text part", "encoded-part: base64 or quoted-printable");
  }

  @Test
  @DisplayName("C-58 an edit that breaks a DKIM signature is counted, one that does not is not")
  void signature() {
    String message = "DKIM-Signature: x\r\n y\r\nSubject: a\r\n\r\nsecret\r\n.\r\n";
    assertThat(edited(WORDS, message, message.replace("secret", "***")))
        .containsExactly(
            "edited: a header or a text part", "broken-signature: a message with DKIM-Signature");
    assertThat(edited("headers.add: {name=X;value=y}", message, "X: y\r\n" + message))
        .containsExactly(
            "edited: a header or a text part", "broken-signature: a message with DKIM-Signature");
    assertThat(
            edited(
                WORDS + ", bare-newlines: normalise",
                message.replace("secret", "a\nb"),
                message.replace("secret", "a\r\nb")))
        .containsExactly(
            "normalised: a bare CR or LF in a text",
            "broken-signature: a message with DKIM-Signature");
    assertThat(edited("headers.remove: X", message, message)).isEmpty();
  }

  @Test
  @DisplayName(
      "C-58 a line that is too long is edited in pieces, and its field removed all the same")
  void longLines() {
    String longOne = "x".repeat(1_500);
    String sent = "X-Mailer: " + longOne + "\r\nA: b\r\n\r\n" + longOne + "secret\r\n.\r\n";
    assertThat(
            edited(
                WORDS + ", headers.remove: X-Mailer, line-length: 1000",
                sent,
                "A: b\r\n\r\n" + longOne + "***\r\n.\r\n"))
        .contains("long-line: a line longer than line-length");
  }

  @Test
  @DisplayName("C-58 bare CR and LF are denied or mended in edited texts too")
  void bareNewlines() {
    assertThat(inText(WORDS).clientSends("a\r\n\r\nb\n.\r\nc\r\n.\r\n").play().ending())
        .startsWith("abort");
    edited(
        WORDS + ", bare-newlines: normalise",
        "A: b\n\nsecret\n.\n.x\r\n..y\n\r\n.\r\n",
        "A: b\r\n\r\n***\r\n..\r\n.x\r\n..y\r\n\r\n.\r\n");
  }

  @Test
  @DisplayName("C-58 a text that is too long never gets an end, edited or not")
  void tooLong() {
    Outcome outcome =
        inText(WORDS + ", size-limit: 1024")
            .clientSends("\r\n" + "0123456secret\r\n".repeat(90) + ".\r\n")
            .clientGets(
                GREETING
                    + "250-mx\r\n250 8BITMIME\r\n250 ok\r\n250 ok\r\n354 go\r\n"
                    + "552 5.3.4 Message too big.\r\n")
            .play();
    assertThat(outcome.clientToServer().toLatin1()).endsWith("***\r\n");
  }

  @Test
  @DisplayName("C-58 a text counts as long as the edits make it, at the limit and beyond")
  void countsWhatEditsAdd() {
    String longer = "substitute: {find=a;replace=0123456789abcdef}, size-limit: 1024";
    String fits = "\r\n" + "a\r\n".repeat(56) + "012345678901\r\n";
    assertThat(inText(longer).clientSends(fits + ".\r\n").serverSends("250 q\r\n").play().ending())
        .isEmpty();
    Outcome outcome = inText(longer).clientSends(fits + "1\r\n.\r\n").play();
    assertThat(outcome.ending()).startsWith("abort");
    assertThat(outcome.clientToServer().toLatin1()).endsWith("012345678901\r\n");
    String shorter = "substitute: {find=0123456789abcdef;replace=a}, size-limit: 1024";
    inText(shorter)
        .clientSends("\r\n" + "0123456789abcdef\r\n".repeat(100) + ".\r\n")
        .serverSends("250 q\r\n")
        .playWhole();
    String value = ";value=" + "y".repeat(600) + "}";
    String header = "headers.add: {name=X" + value + "|{name=Y" + value + ", size-limit: 1KiB";
    assertThat(inText(header).clientSends(".\r\n").play().ending()).startsWith("abort");
  }

  @Test
  @DisplayName("C-58 a declared SIZE must leave room for what edits add")
  void declaredSize() {
    String settings = "headers.replace: {name=Subject;value=new}, size-limit: 1024";
    greeted(settings)
        .clientSends("MAIL FROM:<a@b.c> SIZE=1020\r\nMAIL FROM:<a@b.c> SIZE=1021\r\n")
        .serverSends("250 k\r\n")
        .serverSendsWhenMonitored("552 no\r\n")
        .clientGets(GREETING + "250 k\r\n552 5.3.4 Message too big.\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 parts deeper than part-depth are left and counted, those at it are edited")
  void deepParts() {
    String inner =
        "Content-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n\r\nsecret\r\n--in--\r\n";
    String sent =
        "Content-Type: multipart/mixed; boundary=out\r\n\r\n--out\r\n" + inner + "--out--\r\n.\r\n";
    assertThat(edited(WORDS + ", part-depth: 2", sent, sent.replace("secret", "***")))
        .containsExactly("edited: a header or a text part");
    assertThat(edited(WORDS + ", part-depth: 1", sent, sent))
        .containsExactly("deep-part: deeper than part-depth");
  }

  @Test
  @DisplayName("C-58 a Content-Type longer than field-length is counted, one as long is not")
  void longFields() {
    String type = "Content-Type: text/plain; x=" + "y".repeat(113);
    String text = "\r\n\r\nsecret\r\n.\r\n";
    String after = "\r\n\r\n***\r\n.\r\n";
    assertThat(edited(WORDS + ", field-length: 128", type + text, type + after))
        .containsExactly("edited: a header or a text part");
    assertThat(edited(WORDS + ", field-length: 128", type + "y" + text, type + "y" + after))
        .contains("long-field: longer than field-length");
  }

  @Test
  @DisplayName("C-58 with edits CHUNKING and BINARYMIME leave EHLO, and SIZE leaves room for them")
  void announcesLess() {
    greeted("headers.add: {name=X-Seen;value=yes}")
        .clientSends("EHLO me\r\n")
        .serverSends("250-mx\r\n250-SIZE 1000\r\n250-BINARYMIME\r\n250 CHUNKING\r\n")
        .clientSends("BDAT 3 LAST\r\nabc")
        .serverSendsWhenMonitored("503 no\r\n")
        .serverGets("EHLO me\r\n")
        .clientGets(GREETING + "250-mx\r\n250 SIZE 985\r\n502 5.5.1 Command not allowed.\r\n")
        .play();
  }
}
