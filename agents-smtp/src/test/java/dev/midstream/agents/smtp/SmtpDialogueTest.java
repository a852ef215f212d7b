package dev.midstream.agents.smtp;

import static dev.midstream.agents.smtp.SmtpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

  static Stream<Path> dialogues() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("dialogues")
  @DisplayName("C-58 a real dialogue passes unchanged at every cut")
  void passes(Path file) throws IOException {
    AgentPlaybook script = playbook("starttls: pass, smtputf8: true, allow-commands: ETRN|XCLIENT");
    StringBuilder client = new StringBuilder();
    StringBuilder server = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      String text = line.startsWith("#") ? "" : octets(line.substring(2));
      if (line.startsWith("C ")) {
        script.sends(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(text));
        client.append(text);
      } else if (line.startsWith("S ")) {
        replies(text).forEach(script::serverSends);
        server.append(text);
      }
    }
    List<String> reports =
        script
            .gets(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(client.toString()))
            .gets(Direction.SERVER_TO_CLIENT, Octets.ofLatin1(server.toString()))
            .play()
            .reports();
    assertThat(reports).isEmpty();
  }

  /** One reply after the other: a server does not answer what the agent holds until a reply. */
  private static List<String> replies(String text) {
    List<String> replies = REPLY.matcher(text).results().map(MatchResult::group).toList();
    assertThat(String.join("", replies)).isEqualTo(text);
    return replies;
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
