package dev.midstream.agents.ftp;

import static dev.midstream.agents.ftp.FtpPlaybook.end;
import static dev.midstream.agents.ftp.FtpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Opening;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.Dialogue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dialogues of real clients and servers, recorded by {@code LiveFtpDialoguesTest} of gateway. */
class FtpDialogueTest {
  private static final Path FOLDER =
      Path.of("src/test/resources/dev/midstream/agents/ftp/dialogues");

  static List<Path> dialogues() throws IOException {
    return Dialogue.files(FOLDER);
  }

  @ParameterizedTest
  @MethodSource("dialogues")
  @DisplayName("C-57 a real dialogue passes unchanged at every cut, and its data is expected")
  void passes(Path file) throws IOException {
    AgentPlaybook playbook =
        playbook("tls: pass, passive-ports: 1024-65535")
            .opening(Opening.of(end(127, 0, 0, 1, 40_000), end(127, 0, 0, 1, 21)));
    List<String> reports = Dialogue.read(file).unchanged(playbook).play().reports();
    assertThat(reports).isNotEmpty().allMatch(each -> each.matches("(un)?expect: .*"));
  }

  @Test
  @DisplayName("both servers have spoken with all clients")
  void hasAllDialogues() throws IOException {
    assertThat(dialogues()).hasSize(14);
  }
}
