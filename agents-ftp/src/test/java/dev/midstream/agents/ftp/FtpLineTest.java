package dev.midstream.agents.ftp;

import static dev.midstream.agents.ftp.FtpPlaybook.GREETING;
import static dev.midstream.agents.ftp.FtpPlaybook.greeted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.Outcome;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that servers may read in different ways, and lines that are too long. */
class FtpLineTest {
  private static final String SYNTAX = "500 Syntax error.\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        "\n",
        " NOOP\r\n",
        "NO\rOP\r\n",
        "NOOP\rDELE a\r\n",
        "NOOP\u0000\r\n",
        "NOOP \u0000DELE a\r\n",
        "NOOP\t\r\n",
        "NO\u00ff\u00f6OP\r\n",
        "RETR a\u00ff\u00ffb\r\n",
        "\u00ff\u00fa\r\n",
        "\u00ff\u00fd\n",
        "ABCDEFGHIJKLMNOPQ\r\n"
      })
  @DisplayName("C-57 a line that servers may read in different ways is denied")
  void deniesUnclearLines(String line) {
    assertThat(
            greeted("")
                .sends(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(line))
                .serverSendsWhenMonitored("500 what\r\n")
                .serverGets("")
                .clientGets(GREETING + SYNTAX)
                .play()
                .reports())
        .containsExactly("malformed-command: malformed command");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOOP\n", "noop\r\n", "NOOP \r\n", "XSHA256 a b\r\n", "RETR  a \r\n"})
  @DisplayName("C-57 spellings that all servers read alike pass")
  void passesUsualLines(String line) {
    greeted("").clientSends(line).serverGets(line).play();
  }

  @Test
  @DisplayName("C-57 of a denied command nothing is left, with which a server begins the next one")
  void deletesSignalsOfDeniedCommand() {
    greeted("deny-commands: DELE")
        .sends(
            Direction.CLIENT_TO_SERVER,
            Octets.ofLatin1("\u00ff\u00f4\u00ff\u00f2DELE a\r\nNOOP\r\n"))
        .serverSendsWhenMonitored("250 gone\r\n")
        .serverSends("200 fine\r\n")
        .serverGets("NOOP\r\n")
        .clientGets(GREETING + "502 Command not allowed.\r\n200 fine\r\n")
        .play();
  }

  @Test
  @DisplayName("C-57 a command that is too long is deleted and denied once")
  void deniesLongCommand() {
    String line = "RETR " + "a".repeat(40) + "\r\n";
    assertThat(
            greeted("command-length: 32")
                .clientSends(line + "NOOP\r\n")
                .serverSendsWhenMonitored("500 what\r\n")
                .serverSends("200 fine\r\n")
                .serverGets("NOOP\r\n")
                .clientGets(GREETING + "500 Command line too long.\r\n200 fine\r\n")
                .play()
                .reports())
        .containsExactly("long-command: longer than command-length");
  }

  @Test
  @DisplayName("C-57 a command without an end never reaches the server")
  void deletesUnfinishedCommand() {
    greeted("").clientSends("NOOP\r\nDELE a").clientEnds().serverGets("NOOP\r\n").play();
  }

  @Test
  @DisplayName("C-57 a line of the server that is too long resets the connection")
  void resetsAtLongReply() {
    Outcome outcome = greeted("reply-length: 512").serverSends("2".repeat(600)).play();
    assertThat(outcome.ending()).contains("reset");
    assertThat(outcome.reports()).startsWith("long-reply: longer than reply-length");
  }
}
