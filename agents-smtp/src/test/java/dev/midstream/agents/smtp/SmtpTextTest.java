package dev.midstream.agents.smtp;

import static dev.midstream.agents.smtp.SmtpPlaybook.BEFORE_TEXT;
import static dev.midstream.agents.smtp.SmtpPlaybook.SENT_BEFORE_TEXT;
import static dev.midstream.agents.smtp.SmtpPlaybook.inText;
import static dev.midstream.agents.smtp.SmtpPlaybook.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import dev.midstream.testkit.playbook.Outcome;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The text after DATA: where it ends, and what may look like its end. */
class SmtpTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        ".\r\n",
        "\r\n.\r\n",
        "a\r\n.\r\n",
        "..\r\n.\r\n",
        ".a\r\n\r\n..\r\n.\r\n",
        "a\r\n.a.\r\n.\r\n",
        "MAIL FROM:<x@y>\r\n.\r\n",
        "a.\r\n..\r\n.\r\n"
      })
  @DisplayName("C-58 a text ends with a dot on a line of its own, at every cut")
  void passesTexts(String text) {
    inText("")
        .clientSends(text)
        .serverHasGot(SENT_BEFORE_TEXT + text)
        .clientSends("XCLIENT a\r\n")
        .serverSends("250 queued\r\n")
        .serverSendsWhenMonitored("500 what\r\n")
        .serverGets(SENT_BEFORE_TEXT + text)
        .clientGets(BEFORE_TEXT + "250 queued\r\n502 5.5.1 Command not allowed.\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 of a text at most four octets are held")
  void holdsLittle() {
    inText("").clientSends("abc").serverHasGot(SENT_BEFORE_TEXT + "abc").play();
    inText("").clientSends("abc\r\n").serverHasGot(SENT_BEFORE_TEXT + "abc\r\n").play();
    inText("").clientSends("abc\r\n.").serverHasGot(SENT_BEFORE_TEXT + "abc\r\n").play();
    inText("").clientSends("abc\r\n.\r").serverHasGot(SENT_BEFORE_TEXT + "abc\r\n").play();
    inText("").clientSends("abc\r\n.\r\n").serverHasGot(SENT_BEFORE_TEXT + "abc\r\n.\r\n").play();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\n.\n",
        "a\n.\r\n",
        "a\r.\r\n",
        "a\r.\r",
        "a\r\n.\n",
        "a\r\n.\ra",
        "a\n\n.\r\n",
        "a\nb",
        "a\rb",
        "a\r\r\n.\r\n",
        "a\r\n\0.\r\n",
        "a\r\n.\0\r\n",
        "\n.\r\n",
        "a\r\n.\r\r\n",
        "a\r\n.\r.\r\n"
      })
  @DisplayName("C-58 a CR or LF alone, and a NUL about a dot, end the message and the connection")
  void rejectsBareNewlines(String text) {
    Outcome outcome =
        inText("")
            .clientSends(text + "x\r\n.\r\nMAIL FROM:<evil@b.c>\r\n")
            .clientGets(BEFORE_TEXT + "521 5.5.2 Bare CR or LF in the message.\r\n")
            .play();
    assertThat(outcome.ending())
        .isEqualTo("abort: CLIENT_TO_SERVER: the text of a message is denied");
    assertThat(outcome.reports()).containsExactly("bare-newline: in the text of a message");
    assertThat(outcome.clientToServer().toLatin1())
        .startsWith(SENT_BEFORE_TEXT)
        .doesNotContain("evil")
        .doesNotEndWith(".\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "a<LF>.<LF>b, a<CRLF>..<CRLF>b",
    "a<LF>.<CRLF>b, a<CRLF>..<CRLF>b",
    "a<CR>.<CRLF>b, a .<CRLF>b",
    "a<CRLF>.<LF>b, a<CRLF>..<CRLF>b",
    "a<CRLF>.<CR>.<CRLF>b, a<CRLF>. .<CRLF>b",
    "a<LF><LF>.<LF>b, a<CRLF><CRLF>..<CRLF>b",
    "a<CRLF><NUL>.<CRLF>b, a<CRLF> .<CRLF>b",
    "a<CRLF>.<NUL><CRLF>b, a<CRLF>. <CRLF>b",
    "a<CR><CRLF>.a, a <CRLF>.a",
    "<LF>., <CRLF>..",
    "a<LF>b<CR>c, a<CRLF>b c"
  })
  @DisplayName("C-58 mended, they are ends of lines and blanks, and no end of the text")
  void mendsBareNewlines(String written, String mended) {
    assertThat(
            inText("bare-newlines: normalise")
                .clientSends(octets(written) + "\r\n.\r\nNOOP\r\n")
                .serverSends("250 queued\r\n250 noop\r\n")
                .serverGets(SENT_BEFORE_TEXT + octets(mended) + "\r\n.\r\nNOOP\r\n")
                .play()
                .reports())
        .containsExactly("normalised: a bare CR or LF in a text");
  }

  private static String octets(String written) {
    return written
        .replace("<CRLF>", "\r\n")
        .replace("<LF>", "\n")
        .replace("<CR>", "\r")
        .replace("<NUL>", "\0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<CRLF>.<CRLF>",
        "<CRLF>..<CRLF>",
        "<CRLF>.<LF>",
        "<CR><CRLF>.<LF>",
        "<CR><CR>x",
        "<LF>.<LF>",
        "<CRLF><LF>.x",
        "<CRLF><NUL>.<CRLF>",
        "<CRLF>.<NUL><CRLF>"
      })
  @DisplayName("C-58 it does not matter how long the text before a line is")
  void readsLongTextsAsShortOnes(String written) {
    String rest = octets(written) + "z\r\n";
    for (int length = 32; length < 64; length++) {
      assertThat(textOf("y".repeat(2_000 + length) + rest))
          .as("length=" + length)
          .isEqualTo("y".repeat(2_000) + textOf("y".repeat(length) + rest));
    }
  }

  /** What a server gets of a text. */
  private static String textOf(String text) {
    return inText("bare-newlines: normalise")
        .clientSends(text)
        .playWhole()
        .clientToServer()
        .toLatin1()
        .substring(SENT_BEFORE_TEXT.length());
  }

  @Test
  @DisplayName("C-58 a text that is too long never gets an end")
  void tooLong() {
    String text = "0123456\r\n".repeat(120);
    Outcome outcome =
        inText("size-limit: 1024")
            .clientSends(text + ".\r\nNOOP\r\n")
            .clientGets(BEFORE_TEXT + "552 5.3.4 Message too big.\r\n")
            .play();
    assertThat(outcome.ending()).startsWith("abort: CLIENT_TO_SERVER");
    assertThat(outcome.reports()).containsExactly("size-limit: in the text of a message");
    assertThat(outcome.clientToServer().length())
        .isLessThanOrEqualTo(SENT_BEFORE_TEXT.length() + 1024);
  }

  @Test
  @DisplayName("C-58 a text of just the limit passes")
  void asLongAsAllowed() {
    String text = "x".repeat(1022) + "\r\n.\r\n";
    inText("size-limit: 1024")
        .clientSends(text)
        .serverSends("250 queued\r\n")
        .serverGets(SENT_BEFORE_TEXT + text)
        .play();
  }

  @Test
  @DisplayName("C-58 dots that are stuffing do not count, and mended newlines do")
  void countsAsServer() {
    String dots = "..345678\r\n".repeat(113);
    inText("size-limit: 1024")
        .clientSends(dots + "x\r\n.\r\n")
        .serverSends("250 q\r\n")
        .playWhole();
    assertThat(inText("size-limit: 1024").clientSends(dots + "23456\r\n").playWhole().ending())
        .isEmpty();
    assertThat(inText("size-limit: 1024").clientSends(dots + "234567\r\n").playWhole().ending())
        .startsWith("abort");
    String mended = "x\n".repeat(341) + "\r\n";
    assertThat(
            inText("size-limit: 1024, bare-newlines: normalise")
                .clientSends(mended)
                .playWhole()
                .ending())
        .startsWith("abort");
  }

  @Test
  @DisplayName("C-58 a client that ends inside a text leaves it without an end")
  void endsInText() {
    inText("")
        .clientSends("abc\r\n.\r")
        .clientEnds()
        .serverGets(SENT_BEFORE_TEXT + "abc\r\n.\r")
        .play();
  }

  @Test
  @DisplayName("C-58 a text of 100,000 bare LFs is mended with few decisions for the engine")
  void manyBareNewlines() {
    MemoryView view = new MemoryView();
    DecisionBatch batch = new DecisionBatch();
    byte[] octets = "a\n.\n".repeat(50_000).getBytes(StandardCharsets.ISO_8859_1);
    view.show(MemorySegment.ofArray(octets), 0, octets.length, 0);
    batch.open(octets.length, false, SmtpReason.all());
    SmtpState inText = SmtpState.of(policy("").limits(), true, false).with(Phase.TEXT);
    Object ignored =
        new SmtpAgent(policy("bare-newlines: normalise"))
            .onOctets(inText, Direction.CLIENT_TO_SERVER, view, batch);
    assertThat(batch.decidedOctets()).isEqualTo(octets.length - 1);
    assertThat(batch.size()).isLessThan(10);
  }
}
