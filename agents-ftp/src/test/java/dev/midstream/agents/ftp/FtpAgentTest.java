package dev.midstream.agents.ftp;

import static dev.midstream.agents.ftp.FtpPlaybook.GREETING;
import static dev.midstream.agents.ftp.FtpPlaybook.end;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.Outcome;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FtpAgentTest {
  @Test
  @DisplayName("C-57 announces the port of a 227 reply and passes all octets")
  void announcesPassivePort() {
    Outcome outcome =
        play("")
            .serverSends(GREETING)
            .clientSends("PASV\r\n")
            .serverSends("227 Entering Passive Mode (10,0,0,2,195,80).\r\n")
            .clientSends("RETR a\r\n")
            .serverSends("150 opening\r\n226 done\r\n")
            .serverGets("PASV\r\nRETR a\r\n")
            .clientGets(
                GREETING
                    + "227 Entering Passive Mode (10,0,0,2,195,80).\r\n150 opening\r\n226 done\r\n")
            .play();
    assertThat(outcome.reports())
        .containsExactly(expected(Direction.CLIENT_TO_SERVER, end(10, 0, 0, 2, 50_000)));
  }

  @Test
  @DisplayName("C-57 a reply of 227 without an address is refused")
  void refusesUnclearPassiveReply() {
    Outcome outcome =
        play("")
            .serverSends(GREETING)
            .clientSends("PASV\r\n")
            .serverSends("227 Logout.\r\n")
            .serverGets("PASV\r\n")
            .clientGets(GREETING + "502 Data connection not allowed.\r\n")
            .play();
    assertThat(outcome.reports()).containsExactly("unclear-reply: no address, or several");
  }

  @Test
  @DisplayName("C-57 PORT is announced when the server has accepted it")
  void announcesActivePort() {
    Outcome outcome =
        play("")
            .serverSends(GREETING)
            .clientSends("PORT 10,0,0,1,195,80\r\n")
            .serverSends("200 fine\r\n")
            .serverGets("PORT 10,0,0,1,195,80\r\n")
            .clientGets(GREETING + "200 fine\r\n")
            .play();
    assertThat(outcome.reports())
        .containsExactly(expected(Direction.SERVER_TO_CLIENT, end(10, 0, 0, 1, 50_000)));
  }

  @Test
  @DisplayName("C-57 PORT hello, a foreign address and a low port are denied with an answer")
  void deniesWrongPorts() {
    play("")
        .serverSends(GREETING)
        .clientSends("PORT hello\r\nPORT 10,0,0,9,195,80\r\nPORT 10,0,0,1,0,22\r\nNOOP\r\n")
        .serverSendsWhenMonitored("501 no\r\n500 no\r\n500 no\r\n")
        .serverSends("200 fine\r\n")
        .serverGets("NOOP\r\n")
        .clientGets(
            GREETING
                + "501 Syntax error in parameters.\r\n500 Illegal address.\r\n"
                + "500 Illegal port.\r\n200 fine\r\n")
        .play();
  }

  @Test
  @DisplayName("HDP-10 addresses agree where they are translated")
  void rewritesTranslatedAddresses() {
    Opening opening =
        new Opening(
            end(192, 168, 0, 5, 40_000),
            end(203, 0, 113, 1, 21),
            end(198, 51, 100, 7, 40_000),
            end(10, 9, 9, 9, 21),
            Opening.Start.WHOLE,
            true,
            Octets.empty());
    play("")
        .opening(opening)
        .serverSends(GREETING)
        .clientSends("PORT 192,168,0,5,195,80\r\n")
        .serverSends("200 fine\r\n")
        .clientSends("PASV\r\n")
        .serverSends("227 here (10,9,9,9,195,81)\r\n")
        .serverGets("PORT 198,51,100,7,195,80\r\nPASV\r\n")
        .clientGets(GREETING + "200 fine\r\n227 here (203,0,113,1,195,81)\r\n")
        .play();
  }

  private static String expected(Direction opener, Endpoint to) {
    return "expect: " + Expectation.of(opener, to, new Handler.Unseen());
  }

  private static AgentPlaybook play(String settings) {
    return FtpPlaybook.playbook(settings);
  }
}
