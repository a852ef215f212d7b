package dev.midstream.agents.ftp;

import static dev.midstream.agents.ftp.FtpPlaybook.end;
import static dev.midstream.agents.ftp.FtpPlaybook.greeted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the agent of a data connection is told of the transfer. */
class FtpContextTest {
  private static final String PORT = "PORT 10,0,0,1,195,80\r\n";
  private static final String FINE = "200 fine\r\n";
  private static final Endpoint CLIENT = end(10, 0, 0, 1, 50_000);
  private static final Endpoint SERVER = end(10, 0, 0, 2, 6_446);

  @Test
  @DisplayName("OWN-3 an active connection is told the user, the command and the path")
  void activeConnection() {
    assertThat(
            loggedIn("data-rule: files")
                .clientSends(PORT)
                .serverSends(FINE)
                .clientSends("RETR a b\r\n")
                .serverSends("226 done\r\n")
                .clientSends("STOR c\r\n")
                .serverSends("226 done\r\n")
                .play()
                .reports())
        .containsExactly(active("anna"), active("anna\nRETR\na b"), active("anna\nSTOR\nc"));
  }

  @Test
  @DisplayName("OWN-3 commands that are sent ahead are told before the connection is opened")
  void commandsSentAhead() {
    assertThat(
            loggedIn("data-rule: files")
                .clientSends("EPSV\r\nlist -l\r\n" + PORT + "RETR x\r\n")
                .serverSends("229 (|||6446|)\r\n226 done\r\n" + FINE + "226 done\r\n")
                .play()
                .reports())
        .contains(passive("anna\nLIST\n-l"), active("anna\nRETR\nx"));
  }

  @Test
  @DisplayName("OWN-3 a client that connects before it sends the command is known by its user only")
  void passiveConnection() {
    assertThat(
            loggedIn("data-rule: files")
                .clientSends("EPSV\r\n")
                .serverSends("229 (|||6446|)\r\n")
                .clientSends("RETR x\r\n")
                .serverSends("226 done\r\n")
                .play()
                .reports())
        .containsExactly(passive("anna"));
  }

  @Test
  @DisplayName("OWN-3 where the directory is followed the path is absolute")
  void absolutePath() {
    assertThat(
            loggedIn("data-rule: files, paths.allow: /pub, paths.home: /pub/a")
                .clientSends(PORT)
                .serverSends(FINE)
                .clientSends("RETR ../b//c\r\n")
                .serverSends("226 done\r\n")
                .play()
                .reports())
        .contains(active("anna\nRETR\n/pub/b/c"));
  }

  @Test
  @DisplayName("OWN-3 a path that does not fit is left out")
  void longPath() {
    String path = "p".repeat(Expectation.MAX_CONTEXT_BYTES);
    assertThat(DataContext.of("anna", "RETR\n" + path)).isEqualTo(Octets.ofLatin1("anna"));
    assertThat(DataContext.of(path + "q", "")).isEqualTo(Octets.ofLatin1(path));
  }

  @Test
  @DisplayName("OWN-3 a transfer that does not fit the context, or path-length, is counted")
  void countsLongPaths() {
    String fits = "p".repeat(Expectation.MAX_CONTEXT_BYTES - "anna\nRETR\n".length());
    assertThat(retrieved("data-rule: files", fits)).contains(active("anna\nRETR\n" + fits));
    assertThat(retrieved("data-rule: files", fits + "p"))
        .containsExactly(active("anna"), "long-path: of a data connection", active("anna"));
    assertThat(retrieved("data-connections: expected-only", fits + "p")).hasSize(2);
    assertThat(retrieved("path-length: 16", "p".repeat(12))).hasSize(2);
    assertThat(retrieved("data-rule: files, path-length: 16", "p".repeat(11)))
        .containsExactly(active("anna"), active("anna\nRETR\n" + "p".repeat(11)));
    assertThat(retrieved("data-rule: files, path-length: 16", "p".repeat(12)))
        .containsExactly(active("anna"), "long-path: of a command", active("anna"));
  }

  private static List<String> retrieved(String settings, String path) {
    return loggedIn(settings)
        .clientSends(PORT)
        .serverSends(FINE)
        .clientSends("RETR " + path + "\r\n")
        .serverSends("226 done\r\n")
        .play()
        .reports();
  }

  private static AgentPlaybook loggedIn(String settings) {
    return greeted(settings).clientSends("USER anna\r\n").serverSends("230 in\r\n");
  }

  private static String active(String context) {
    return expect(Direction.SERVER_TO_CLIENT, CLIENT, context);
  }

  private static String passive(String context) {
    return expect(Direction.CLIENT_TO_SERVER, SERVER, context);
  }

  private static String expect(Direction opener, Endpoint to, String context) {
    Handler handler = new Handler.Rule("files");
    return "expect: " + new Expectation(opener, to, handler, Octets.ofLatin1(context), 1);
  }
}
