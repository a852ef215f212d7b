package dev.midstream.agents.smtp;

import static dev.midstream.agents.smtp.SmtpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.Dialogue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dialogues of real clients and servers, recorded by {@code LiveSmtpDialoguesTest} of gateway. */
class SmtpDialogueTest {
  private static final Path FOLDER =
      Path.of("src/test/resources/dev/midstream/agents/smtp/dialogues");

  private static final Pattern REPLY =
      Pattern.compile("(?:[0-9]{3}-[^\n]*\n)*[0-9]{3}(?: [^\n]*)?\n");

  static List<Path> dialogues() throws IOException {
    return Dialogue.files(FOLDER);
  }

  @ParameterizedTest
  @MethodSource("dialogues")
  @DisplayName("C-58 a real dialogue passes unchanged at every cut")
  void passes(Path file) throws IOException {
    AgentPlaybook script = playbook("starttls: pass, smtputf8: true, allow-commands: ETRN|XCLIENT");
    List<String> reports = Dialogue.read(file).inReplies(REPLY).unchanged(script).play().reports();
    assertThat(reports).isEmpty();
  }

  @Test
  @DisplayName("both servers have spoken with all clients")
  void hasAllDialogues() throws IOException {
    assertThat(dialogues()).hasSize(14);
  }
}
