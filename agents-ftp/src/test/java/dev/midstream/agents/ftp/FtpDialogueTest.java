package dev.midstream.agents.ftp;

import static dev.midstream.agents.ftp.FtpPlaybook.end;
import static dev.midstream.agents.ftp.FtpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dialogues of real clients and servers, recorded by {@code LiveFtpDialoguesTest} of gateway. */
class FtpDialogueTest {
  private static final Path FOLDER =
      Path.of("src/test/resources/dev/midstream/agents/ftp/dialogues");

  static Stream<Path> dialogues() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("dialogues")
  @DisplayName("C-57 a real dialogue passes unchanged at every cut, and its data is expected")
  void passes(Path file) throws IOException {
    AgentPlaybook script =
        playbook("tls: pass, passive-ports: 1024-65535")
            .opening(Opening.of(end(127, 0, 0, 1, 40_000), end(127, 0, 0, 1, 21)));
    StringBuilder client = new StringBuilder();
    StringBuilder server = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      if (!line.startsWith("#")) {
        boolean isClient = line.startsWith("C ");
        String text = octets(line.substring(2));
        Direction direction = isClient ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
        script.sends(direction, Octets.ofLatin1(text));
        (isClient ? client : server).append(text);
      }
    }
    List<String> reports =
        script
            .gets(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(client.toString()))
            .gets(Direction.SERVER_TO_CLIENT, Octets.ofLatin1(server.toString()))
            .play()
            .reports();
    assertThat(reports).isNotEmpty().allMatch(each -> each.matches("(un)?expect: .*"));
  }

  @Test
  @DisplayName("both servers have spoken with all clients")
  void hasAllDialogues() throws IOException {
    assertThat(dialogues()).hasSize(14);
  }

  private static String octets(String notation) {
    return notation.replace("\\r", "\r").replace("\\n", "\n").replace("\\\\", "\\");
  }
}
