package dev.midstream.agents.smtp;

import static dev.midstream.agents.smtp.SmtpPlaybook.BEFORE;
import static dev.midstream.agents.smtp.SmtpPlaybook.GREETING;
import static dev.midstream.agents.smtp.SmtpPlaybook.greeted;
import static dev.midstream.agents.smtp.SmtpPlaybook.inSession;
import static dev.midstream.agents.smtp.SmtpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that servers may read in different ways, and what is masked in replies. */
class SmtpLineTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOOP\n",
        "NOOP\rRSET\r\n",
        " NOOP\r\n",
        "\r\n",
        "NOOP\tx\r\n",
        "NO\0OP\r\n",
        "MAIL FROM:<a@b>\0\r\n",
        "NOOP \u007f\r\n",
        "\u00e9HLO\r\n",
        "NOOP\r\r\n",
        "-\r\n",
        "AVERYLONGVERBINDEED\r\n",
        "EHLO \u00e9\r\n"
      })
  @DisplayName("C-58 a line that servers may read in different ways is denied")
  void malformed(String line) {
    assertThat(
            inSession("")
                .clientSends(line + "RSET\r\n")
                .serverSendsWhenMonitored("500 what\r\n")
                .serverSends("250 reset\r\n")
                .serverGets("EHLO me\r\nRSET\r\n")
                .clientGets(BEFORE + "500 5.5.2 Syntax error.\r\n250 reset\r\n")
                .play()
                .reports())
        .hasSize(1)
        .first()
        .asString()
        .startsWith("malformed-command: ");
  }

  @Test
  @DisplayName("C-58 with normalise, LF alone ends a command and becomes CR LF")
  void mendsCommands() {
    inSession("bare-newlines: normalise")
        .clientSends("NOOP\nRSET\r\n")
        .serverSends("250 noop\r\n250 reset\r\n")
        .serverGets("EHLO me\r\nNOOP\r\nRSET\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 with normalise, an LF on its own is an empty line: denied")
  void emptyLine() {
    inSession("bare-newlines: normalise")
        .clientSends("NOOP\r\n\nRSET\r\n")
        .serverSends("250 noop\r\n")
        .serverSendsWhenMonitored("500 what\r\n")
        .serverSends("250 reset\r\n")
        .serverGets("EHLO me\r\nNOOP\r\nRSET\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 a command that is too long is deleted and denied")
  void tooLong() {
    inSession("command-length: 512")
        .clientSends("NOOP " + "x".repeat(600) + "\r\nRSET\r\n")
        .serverSendsWhenMonitored("500 what\r\n")
        .serverSends("250 reset\r\n")
        .serverGets("EHLO me\r\nRSET\r\n")
        .clientGets(BEFORE + "500 5.5.2 Line too long.\r\n250 reset\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 a reply that is too long resets")
  void replyTooLong() {
    var outcome =
        inSession("reply-length: 512")
            .clientSends("HELP\r\n")
            .serverSends("250-x\r\n".repeat(100))
            .play();
    assertThat(outcome.ending()).contains("reset");
    assertThat(outcome.reports()).startsWith("long-reply: longer than reply-length");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DATA x", "RSET x", "STARTTLS x"})
  @DisplayName("C-58 arguments where none belong are denied")
  void arguments(String command) {
    inSession("starttls: pass")
        .clientSends(command + "\r\n")
        .serverSendsWhenMonitored("501 what\r\n")
        .serverGets("EHLO me\r\n")
        .clientGets(BEFORE + "501 5.5.4 Syntax error in parameters.\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 greeting and EHLO are masked, and extensions of denied commands left out")
  void masks() {
    assertThat(
            playbook(
                    "banner: mail, hello: relay, hide-extensions: dsn, deny-commands: AUTH,"
                        + " size-limit: 10KiB")
                .serverSends("220-Exotic 1.0\r\n220 here\r\n")
                .clientSends("EHLO me\r\n")
                .serverSends(
                    "250-Exotic\r\n250-SIZE 20480\r\n250-AUTH=PLAIN\r\n250-auth PLAIN\r\n25"
                        + "0-ETRN\r\n250-XCLIENT NAME\r\n250-8BITMIME\r\n250 DSN\r\n")
                .clientGets("220 mail\r\n250-relay\r\n250-SIZE 10240\r\n250 8BITMIME\r\n")
                .play()
                .reports())
        .containsExactly("masked: code=220", "masked: code=250");
  }

  @Test
  @DisplayName("C-58 a HELO is masked too, a refusal is not, and a smaller SIZE stays")
  void masksLittle() {
    greeted("hello: relay, size-limit: 10KiB")
        .clientSends("EHLO me\r\n")
        .serverSends("502 no\r\n")
        .clientSends("HELO me\r\n")
        .serverSends("250 Exotic\r\n")
        .clientSends("EHLO me\r\n")
        .serverSends("250-relay\r\n250-SIZE\r\n250 SIZE 99\r\n")
        .clientGets(
            GREETING + "502 no\r\n250 relay\r\n250-relay\r\n250-SIZE 10240\r\n250 SIZE 99\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 a greeting that breaks off is not shown")
  void greetingBreaksOff() {
    playbook("banner: mail").serverSends("220-Exotic").serverEnds().clientGets("").play();
  }
}
