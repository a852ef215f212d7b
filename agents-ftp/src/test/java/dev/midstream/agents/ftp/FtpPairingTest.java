package dev.midstream.agents.ftp;

import static dev.midstream.agents.ftp.FtpPlaybook.GREETING;
import static dev.midstream.agents.ftp.FtpPlaybook.greeted;
import static dev.midstream.agents.ftp.FtpPlaybook.lenient;
import static dev.midstream.agents.ftp.FtpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.Outcome;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which reply belongs to which command, and where denials stand among replies. */
class FtpPairingTest {
  /** By default. */
  private static final int DUE_REPLIES = 64;

  private static final String DENIED = "502 Command not allowed.\r\n";

  @Test
  @DisplayName("C-57 a denial stands between the replies of its neighbours")
  void denialsKeepTheirPlace() {
    greeted("deny-commands: DELE")
        .clientSends("NOOP\r\nDELE a\r\ndele b\r\nPWD\r\n")
        .serverSends("200 fine\r\n")
        .serverSendsWhenMonitored("250 gone\r\n250 gone\r\n")
        .serverSends("257 \"/\" here\r\n")
        .serverGets("NOOP\r\nPWD\r\n")
        .clientGets(GREETING + "200 fine\r\n" + DENIED + DENIED + "257 \"/\" here\r\n")
        .play();
  }

  @Test
  @DisplayName("C-57 a command before the greeting is answered after it")
  void greetingIsAnAnswer() {
    playbook("deny-commands: DELE")
        .clientSends("DELE a\r\n")
        .serverSends("120 soon\r\n")
        .clientHasGot("120 soon\r\n")
        .serverSends("220-hello\r\n 220 not yet\r\n220-221\r\n220 now\r\n")
        .serverSendsWhenMonitored("250 gone\r\n")
        .serverGets("")
        .clientGets("120 soon\r\n220-hello\r\n 220 not yet\r\n220-221\r\n220 now\r\n" + DENIED)
        .play();
  }

  @Test
  @DisplayName("C-57 preliminary replies end none, and ABOR is answered after the transfer")
  void abortsTransfer() {
    greeted("deny-commands: DELE")
        .clientSends("RETR a\r\n")
        .serverSends("150 opening\r\n")
        .sends(
            Direction.CLIENT_TO_SERVER,
            Octets.ofLatin1("\u00ff\u00f4\u00ff\u00f2ABOR\r\nDELE a\r\n"))
        .serverSends("426 aborted\r\n226 fine\r\n")
        .serverSendsWhenMonitored("250 gone\r\n")
        .gets(
            Direction.CLIENT_TO_SERVER,
            Octets.ofLatin1("RETR a\r\n\u00ff\u00f4\u00ff\u00f2ABOR\r\n"))
        .clientGets(GREETING + "150 opening\r\n426 aborted\r\n226 fine\r\n" + DENIED)
        .play();
  }

  @Test
  @DisplayName("C-57 STAT is answered before the transfer that is going on")
  void statusDuringTransfer() {
    greeted("deny-commands: DELE")
        .clientSends("RETR a\r\n")
        .serverSends("150 opening\r\n")
        .clientSends("STAT\r\nDELE a\r\nNOOP\r\n")
        .serverSends("211-half\r\n211 end\r\n")
        .clientHasGot(GREETING + "150 opening\r\n211-half\r\n211 end\r\n")
        .serverSends("226 done\r\n")
        .serverSendsWhenMonitored("250 gone\r\n")
        .serverSends("200 fine\r\n")
        .serverGets("RETR a\r\nSTAT\r\nNOOP\r\n")
        .clientGets(
            GREETING
                + "150 opening\r\n211-half\r\n211 end\r\n226 done\r\n"
                + DENIED
                + "200 fine\r\n")
        .play();
  }

  @Test
  @DisplayName("C-57 Telnet commands of the server before a reply pass, and are none")
  void telnetOfServer() {
    String telnet = "\u00ff\u00fb\u0001\u00ff\u00fa\u0001x\u00ff\u00f0\u00ff\u00f1";
    Octets greeting = Octets.ofLatin1(telnet + GREETING);
    Octets reply = Octets.ofLatin1(telnet + "200 fine\n");
    Octets denial = Octets.ofLatin1(DENIED);
    playbook("deny-commands: DELE")
        .sends(Direction.SERVER_TO_CLIENT, greeting)
        .clientSends("NOOP\r\nDELE a\r\n")
        .sends(Direction.SERVER_TO_CLIENT, reply)
        .serverSendsWhenMonitored("250 gone\r\n")
        .serverGets("NOOP\r\n")
        .gets(Direction.SERVER_TO_CLIENT, Octets.join(greeting, reply, denial))
        .play();
  }

  @Test
  @DisplayName("C-57 a CR or NUL inside a line of the server ends no reply")
  void oneReplyForClient() {
    greeted("deny-commands: DELE")
        .clientSends("NOOP\r\nDELE a\r\nNOOP\r\n")
        .serverSends("200 a\r200 b\0200 c\r\r\n")
        .serverSendsWhenMonitored("250 gone\r\n")
        .serverSends("200 d\r\n")
        .clientGets(GREETING + "200 a\r200 b\0200 c\r\r\n" + DENIED + "200 d\r\n")
        .play();
  }

  @Test
  @DisplayName("C-57 a server may close without being asked")
  void unsolicitedClosing() {
    assertThat(
            greeted("")
                .serverSends("421 idle\r\n")
                .serverEnds()
                .clientGets(GREETING + "421 idle\r\n")
                .play()
                .reports())
        .isEmpty();
  }

  @Test
  @DisplayName("C-57 a reply to no command passes and is counted")
  void unsolicitedReply() {
    assertThat(
            greeted("")
                .serverSends("226 done\r\n")
                .clientGets(GREETING + "226 done\r\n")
                .play()
                .reports())
        .containsExactly("unsolicited: code=226");
  }

  @Test
  @DisplayName("C-57 a full pipeline waits and is not denied")
  void fullPipelineWaits() {
    String commands = "NOOP\r\n".repeat(7);
    greeted("due-replies: 5")
        .clientSends(commands)
        .serverHasGot("NOOP\r\n".repeat(5))
        .serverSends("200 fine\r\n".repeat(5))
        .serverHasGot(commands)
        .serverSends("200 fine\r\n".repeat(2))
        .serverGets(commands)
        .play();
  }

  @Test
  @DisplayName(
      "C-57 a client that ends behind a full pipeline is reset and counted, at 5 it is not")
  void endsBehindFullPipeline() {
    String five = "NOOP\r\n".repeat(5);
    Outcome outcome = greeted("due-replies: 5").clientSends(five + "NOOP\r\n").clientEnds().play();
    assertThat(outcome.reports()).startsWith("pipeline-limit: security=NONE");
    assertThat(outcome.ending()).contains("reset");
    greeted("due-replies: 5").clientSends(five).clientEnds().serverGets(five).play();
  }

  @Test
  @DisplayName("C-57 what waits in a full pipeline may be longer than any command")
  void waitsBeyondTheHoldLimit() {
    int more = 50;
    String command = "NOOP abcdefg\r\n";
    AgentPlaybook script = greeted("command-length: 16, reply-length: 512");
    assertThat(script.holdLimit()).isLessThan(command.length() * more);
    script
        .clientSends(command.repeat(DUE_REPLIES + more))
        .serverHasGot(command.repeat(DUE_REPLIES))
        .serverSends("200 fine\r\n".repeat(DUE_REPLIES))
        .serverHasGot(command.repeat(DUE_REPLIES + more))
        .serverSends("200 fine\r\n".repeat(more))
        .play();
  }

  @Test
  @DisplayName("C-60 a server that does not greet with a reply is left or reset")
  void otherProtocol() {
    assertThat(playbook("").serverSends("SSH-2.0-x\r\n").play().ending()).startsWith("not mine");
    assertThat(greeted("").clientSends("NOOP\r\n").serverSends("hello\r\n").play().ending())
        .contains("reset");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELE x\r\n", "NO\0OP\r\n", "PORT 10,0,0,9,195,80\r\n", "Host: h\r\n"})
  @DisplayName("C-60 what a client says before the greeting waits, and passes to another protocol")
  void waitsForGreeting(String early) {
    String other = "SSH-2.0-x\r\n";
    assertThat(
            lenient("read-only: true")
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
  @DisplayName("C-57 what a client says before the greeting is decided after it")
  void decidesEarlyCommands() {
    playbook("read-only: true")
        .clientSends("DELE x\r\nNOOP\r\n")
        .serverHasGot("")
        .serverSends("120 soon\r\n")
        .serverHasGot("")
        .serverSends("220-a\r\n")
        .serverHasGot("NOOP\r\n")
        .serverSends("220 b\r\n")
        .serverSendsWhenMonitored("250 gone\r\n")
        .serverSends("200 fine\r\n")
        .clientGets("120 soon\r\n220-a\r\n220 b\r\n502 Command not allowed.\r\n200 fine\r\n")
        .play();
    assertThat(playbook("").clientSends("NOOP\r\n").clientEnds().play().ending()).contains("reset");
  }

  @Test
  @DisplayName("C-60 TLS from the first octet on is another protocol, and does not wait")
  void implicitTls() {
    String hello = "\u0016\u0003\u0001\n";
    assertThat(lenient("").clientSends(hello).serverGets(hello).play().ending())
        .startsWith("not mine");
  }

  @Test
  @DisplayName("C-57 AUTH holds what follows it, and is denied by default")
  void auth() {
    greeted("")
        .clientSends("AUTH TLS\r\nNOOP\r\n")
        .serverSendsWhenMonitored("504 what\r\n")
        .serverSends("200 fine\r\n")
        .serverGets("NOOP\r\n")
        .clientGets(GREETING + "534 Request denied for policy reasons.\r\n200 fine\r\n")
        .play();
    greeted("tls: pass, passive-ports: 50000-50100")
        .clientSends("auth tls\r\nNOOP\r\n")
        .serverHasGot("auth tls\r\n")
        .serverSends("504 no\r\n")
        .serverSends("200 fine\r\n")
        .serverGets("auth tls\r\nNOOP\r\n")
        .play();
  }

  @Test
  @DisplayName("C-60 after AUTH was accepted no octet is changed")
  void tlsPasses() {
    assertThat(
            greeted("tls: pass, passive-ports: 50000-50100, deny-commands: DELE")
                .clientSends("AUTH TLS\r\n")
                .serverSends("234 go\r\n")
                .clientSends("\u0016\u0003DELE a\r\n")
                .serverSends("\u0016\u0003\r\n")
                .serverGets("AUTH TLS\r\n\u0016\u0003DELE a\r\n")
                .clientGets(GREETING + "234 go\r\n\u0016\u0003\r\n")
                .play()
                .reports())
        .containsExactly("tls: AUTH was accepted");
  }
}
