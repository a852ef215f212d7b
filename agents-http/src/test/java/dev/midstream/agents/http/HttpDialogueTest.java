package dev.midstream.agents.http;

import static dev.midstream.agents.http.HttpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.Dialogue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dialogues of real clients and servers, recorded by {@code LiveHttpDialoguesTest} of gateway. */
class HttpDialogueTest {
  private static final Path FOLDER =
      Path.of("src/test/resources/dev/midstream/agents/http/dialogues");

  /** In this one Upgrade stands in a request with a body, which does not pass as it is. */
  private static final String EDITED = "nginx-jdk-http-2.txt";

  static List<Path> dialogues() throws IOException {
    return Dialogue.files(FOLDER).stream().filter(each -> !each.endsWith(EDITED)).toList();
  }

  @ParameterizedTest
  @MethodSource("dialogues")
  @DisplayName("C-59 a real dialogue passes unchanged at every cut")
  void passes(Path file) throws IOException {
    List<String> reports =
        Dialogue.read(file).unchanged(playbook("{upgrades: [websocket, h2c]}")).play().reports();
    assertThat(reports).isEqualTo(reports(file.getFileName().toString()));
  }

  /** lighttpd changes to HTTP/2, and does not wait for bodies that it does not want. */
  private static List<String> reports(String file) {
    if (file.contains("web-socket") || file.equals("lighttpd-jdk-http-2.txt")) {
      return List.of("tunnel: code=101");
    }
    return file.startsWith("lighttpd") && file.contains("upload")
        ? List.of(
            "early-answer: to a request that waits for 100 Continue",
            "finish: SERVER_TO_CLIENT",
            "finish: CLIENT_TO_SERVER")
        : List.of();
  }

  @Test
  @DisplayName("C-59 the client of the JDK goes on where HTTP/2 is not asked for")
  void removesUpgrade() throws IOException {
    Dialogue dialogue = Dialogue.read(FOLDER.resolve(EDITED));
    String sent = dialogue.sent(Direction.CLIENT_TO_SERVER).toLatin1();
    String expected =
        sent.replaceAll("(Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-S[^\r]*)\r\n", "");
    assertThat(expected).hasSizeLessThan(sent.length());
    assertThat(
            dialogue
                .script(playbook(""))
                .gets(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(expected))
                .gets(Direction.SERVER_TO_CLIENT, dialogue.sent(Direction.SERVER_TO_CLIENT))
                .play()
                .reports())
        .isNotEmpty()
        .containsOnly("removed-upgrade: the field Upgrade");
  }

  @Test
  @DisplayName("both servers have spoken with all clients")
  void hasAllDialogues() throws IOException {
    assertThat(dialogues()).hasSize(25);
  }
}
