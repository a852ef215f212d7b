package dev.midstream.agents.smtp;

import static dev.midstream.agents.smtp.SmtpPlaybook.BEFORE;
import static dev.midstream.agents.smtp.SmtpPlaybook.GREETING;
import static dev.midstream.agents.smtp.SmtpPlaybook.HELLO;
import static dev.midstream.agents.smtp.SmtpPlaybook.greeted;
import static dev.midstream.agents.smtp.SmtpPlaybook.inSession;
import static dev.midstream.agents.smtp.SmtpPlaybook.lenient;
import static dev.midstream.agents.smtp.SmtpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.playbook.AgentPlaybook;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which reply belongs to which command, and where denials stand among replies. */
class SmtpPairingTest {
  private static final String DENIED = "502 5.5.1 Command not allowed.\r\n";

  @Test
  @DisplayName("C-58 a message with commands sent ahead passes as it is")
  void passesMessage() {
    assertThat(
            inSession("")
                .clientSends("MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n")
                .serverSends("250 ok\r\n250 ok\r\n354 go\r\n")
                .clientSends("Subject: x\r\n\r\nQUIT\r\n..\r\n.\r\nQUIT\r\n")
                .serverSends("250 queued\r\n221 bye\r\n")
                .serverEnds()
                .clientEnds()
                .serverGets(
                    "EHLO me\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\nSu"
                        + "bject: x\r\n\r\nQUIT\r\n..\r\n.\r\nQUIT\r\n")
                .clientGets(BEFORE + "250 ok\r\n250 ok\r\n354 go\r\n250 queued\r\n221 bye\r\n")
                .play()
                .reports())
        .isEmpty();
  }

  @Test
  @DisplayName("C-58 a denial stands between the replies of its neighbours")
  void denialsKeepTheirPlace() {
    inSession("deny-commands: VRFY")
        .clientSends("NOOP\r\nVRFY a\r\nvrfy b\r\nRSET\r\n")
        .serverSends("250 fine\r\n")
        .serverSendsWhenMonitored("252 what\r\n252 what\r\n")
        .serverSends("250-re\r\n250 set\r\n")
        .serverGets("EHLO me\r\nNOOP\r\nRSET\r\n")
        .clientGets(BEFORE + "250 fine\r\n" + DENIED + DENIED + "250-re\r\n250 set\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 a command before the greeting is answered after it")
  void greetingIsAnAnswer() {
    playbook("")
        .clientSends("XCLIENT a\r\n")
        .serverSends("220-soon\r\n")
        .clientHasGot("")
        .serverSends("220 mx\r\n")
        .serverSendsWhenMonitored("502 no\r\n")
        .serverGets("")
        .clientGets("220-soon\r\n220 mx\r\n" + DENIED)
        .play();
  }

  @ParameterizedTest
  @ValueSource(strings = {"XCLIENT A=1", "TURN", "ETRN b.c", "BURL imap://x LAST", "ATRN", "GET /"})
  @DisplayName("C-58 commands that are not allowed by default")
  void deniedByDefault(String command) {
    assertThat(
            inSession("")
                .clientSends(command + "\r\nNOOP\r\n")
                .serverSendsWhenMonitored("500 what\r\n")
                .serverSends("250 fine\r\n")
                .serverGets("EHLO me\r\nNOOP\r\n")
                .clientGets(BEFORE + DENIED + "250 fine\r\n")
                .play()
                .reports())
        .containsExactly("denied-command: verb=" + command.split(" ", 2)[0]);
  }

  @Test
  @DisplayName("C-58 a command may be allowed")
  void allowsCommand() {
    inSession("allow-commands: ETRN")
        .clientSends("etrn b.c\r\n")
        .serverSends("250 fine\r\n")
        .serverGets("EHLO me\r\netrn b.c\r\n")
        .clientGets(BEFORE + "250 fine\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 what follows EHLO waits for its answer")
  void helloHolds() {
    greeted("")
        .clientSends("EHLO me\r\nNOOP\r\n")
        .serverHasGot("EHLO me\r\n")
        .serverSends(HELLO)
        .serverHasGot("EHLO me\r\nNOOP\r\n")
        .serverSends("250 fine\r\n")
        .clientGets(BEFORE + "250 fine\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 DATA that is refused leaves what follows as commands")
  void dataRefused() {
    inSession("")
        .clientSends("DATA\r\nNOOP\r\nXCLIENT a\r\n")
        .serverHasGot("EHLO me\r\nDATA\r\n")
        .serverSends("503 no\r\n")
        .serverSends("250 fine\r\n")
        .serverSendsWhenMonitored("500 what\r\n")
        .serverGets("EHLO me\r\nDATA\r\nNOOP\r\n")
        .clientGets(BEFORE + "503 no\r\n250 fine\r\n" + DENIED)
        .play();
  }

  @Test
  @DisplayName("C-58 DATA that is answered with success resets: the text may be read as commands")
  void dataAnsweredWrongly() {
    assertThat(inSession("").clientSends("DATA\r\n").serverSends("250 what\r\n").play().ending())
        .contains("reset");
  }

  @Test
  @DisplayName("C-58 a full pipeline waits and is not denied")
  void fullPipelineWaits() {
    String commands = "NOOP\r\n".repeat(7);
    inSession("due-replies: 5")
        .clientSends(commands)
        .serverHasGot("EHLO me\r\n" + "NOOP\r\n".repeat(5))
        .serverSends("250 k\r\n".repeat(5))
        .serverHasGot("EHLO me\r\n" + commands)
        .serverSends("250 k\r\n".repeat(2))
        .play();
  }

  @Test
  @DisplayName(
      "C-58 a client that ends behind a full pipeline is reset and counted, at 5 it is not")
  void endsBehindFullPipeline() {
    String five = "NOOP\r\n".repeat(5);
    assertThat(
            inSession("due-replies: 5")
                .clientSends(five + "NOOP\r\n")
                .clientEnds()
                .play()
                .reports())
        .startsWith("pipeline-limit: phase=COMMAND");
    inSession("due-replies: 5")
        .clientSends(five)
        .clientEnds()
        .serverGets("EHLO me\r\n" + five)
        .play();
  }

  @Test
  @DisplayName("C-58 what waits for an answer may be longer than any command")
  void waitsBeyondTheHoldLimit() {
    String text = "x".repeat(1_000) + "\r\n.\r\n";
    String ahead = "MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n";
    AgentPlaybook script = inSession("command-length: 512, reply-length: 512");
    assertThat(script.holdLimit()).isLessThan(text.length());
    script
        .clientSends(ahead + text + "NOOP\r\n")
        .serverHasGot("EHLO me\r\n" + ahead)
        .serverSends("250 k\r\n250 k\r\n354 go\r\n")
        .serverGets("EHLO me\r\n" + ahead + text + "NOOP\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 AUTH exchanges lines that are no commands")
  void auth() {
    inSession("")
        .clientSends("AUTH LOGIN\r\nVVNFUg==\r\n")
        .serverHasGot("EHLO me\r\nAUTH LOGIN\r\n")
        .serverSends("334 VXNlcg==\r\n")
        .serverHasGot("EHLO me\r\nAUTH LOGIN\r\nVVNFUg==\r\n")
        .serverSends("334 UGFzcw==\r\n")
        .clientSends("eA==\r\n")
        .serverSends("235 fine\r\n")
        .clientSends("XCLIENT a\r\n")
        .serverSendsWhenMonitored("500 what\r\n")
        .serverGets("EHLO me\r\nAUTH LOGIN\r\nVVNFUg==\r\neA==\r\n")
        .clientGets(BEFORE + "334 VXNlcg==\r\n334 UGFzcw==\r\n235 fine\r\n" + DENIED)
        .play();
  }

  @Test
  @DisplayName("C-58 a line in AUTH that servers may read in different ways gives it up")
  void authGivenUp() {
    assertThat(
            inSession("command-length: 512")
                .clientSends("AUTH LOGIN\r\n")
                .serverSends("334 VXNlcg==\r\n")
                .clientSends("a\rb\r\n")
                .serverSends("501 no\r\n")
                .clientSends("AUTH LOGIN\r\n")
                .serverSends("334 VXNlcg==\r\n")
                .clientSends("a".repeat(600) + "\r\nNOOP\r\n")
                .serverSends("501 no\r\n")
                .serverSends("250 fine\r\n")
                .serverGets("EHLO me\r\nAUTH LOGIN\r\n*\r\nAUTH LOGIN\r\n*\r\nNOOP\r\n")
                .play()
                .reports())
        .containsExactly(
            "malformed-command: malformed response in AUTH",
            "long-command: longer than command-length");
  }

  @Test
  @DisplayName("C-58 LMTP answers a message once for each accepted recipient")
  void localDelivery() {
    greeted("")
        .clientSends("LHLO me\r\n")
        .serverSends("250-mx\r\n250 PIPELINING\r\n")
        .clientSends("MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@b>\r\nRCPT TO:<d@b>\r\nDATA\r\n")
        .serverSends("250 k\r\n250 k\r\n550 no\r\n250 k\r\n354 go\r\n")
        .clientSends("x\r\n.\r\nNOOP\r\nXCLIENT a\r\nRSET\r\n")
        .serverSends("250 first\r\n")
        .serverSends("451 second\r\n250 noop\r\n")
        .serverSendsWhenMonitored("500 what\r\n")
        .serverSends("250 reset\r\n")
        .clientGets(
            GREETING
                + "250-mx\r\n250 PIPELINING\r\n250 k\r\n250 k\r\n550 no\r\n250 k\r\n354 go\r\n"
                + "250 first\r\n451 second\r\n250 noop\r\n"
                + DENIED
                + "250 reset\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 a reply to no command passes and is counted, 421 is not")
  void unsolicited() {
    assertThat(
            inSession("")
                .serverSends("250 what\r\n421 idle\r\n")
                .serverEnds()
                .clientGets(BEFORE + "250 what\r\n421 idle\r\n")
                .play()
                .reports())
        .containsExactly("unsolicited: code=250");
  }

  @Test
  @DisplayName("C-60 a server that does not greet with a reply is left or reset")
  void otherProtocol() {
    assertThat(playbook("").serverSends("SSH-2.0-x\r\n").play().ending()).startsWith("not mine");
    assertThat(
            playbook("")
                .sends(
                    dev.midstream.agent.Direction.CLIENT_TO_SERVER,
                    dev.midstream.agent.Octets.of((byte) 0x16, (byte) 3, (byte) 1))
                .play()
                .ending())
        .startsWith("not mine");
    assertThat(inSession("").clientSends("NOOP\r\n").serverSends("hello\r\n").play().ending())
        .contains("reset");
    assertThat(
            inSession("").clientSends("NOOP\r\n").serverSends("250-a\r\n251 b\r\n").play().ending())
        .contains("reset");
  }

  @ParameterizedTest
  @ValueSource(strings = {"XCLIENT a\r\n", "NOOP\n", "BDAT x\r\n", "Host: h\r\n"})
  @DisplayName("C-60 what a client says before the greeting waits, and passes to another protocol")
  void waitsForGreeting(String early) {
    String other = "SSH-2.0-x\r\n";
    assertThat(
            lenient("bare-newlines: normalise")
                .clientSends(early)
                .serverHasGot("")
                .serverSends(other)
                .clientSends(early)
                .serverGets(early + early)
                .clientGets(other)
                .play()
                .ending())
        .startsWith("not mine");
  }

  @Test
  @DisplayName("C-58 what a client says before the greeting is decided after it")
  void decidesEarlyCommands() {
    playbook("")
        .clientSends("XCLIENT a\r\nNOOP\r\n")
        .serverHasGot("")
        .serverSends("220 ready\r\n")
        .serverHasGot("NOOP\r\n")
        .serverSendsWhenMonitored("220 a\r\n")
        .serverSends("250 ok\r\n")
        .clientGets("220 ready\r\n502 5.5.1 Command not allowed.\r\n250 ok\r\n")
        .play();
    assertThat(playbook("").clientSends("NOOP\r\n").clientEnds().play().ending()).contains("reset");
  }

  @Test
  @DisplayName("C-58 a client that ends while its commands wait is reset")
  void endsWhileWaiting() {
    assertThat(inSession("").clientSends("DATA\r\nx\r\n").clientEnds().play().ending())
        .contains("reset");
    inSession("").clientSends("NOOP\r\nQUI").clientEnds().serverGets("EHLO me\r\nNOOP\r\n").play();
  }
}
