package dev.midstream.testkit.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.agent.SimpleAgents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DialogueTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void readsWhatItWrites() throws IOException {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    Path file =
        Files.write(
            folder.resolve("a"),
            List.of(
                "# who",
                Dialogue.line(Direction.CLIENT_TO_SERVER, Octets.of(all)),
                Dialogue.line(Direction.SERVER_TO_CLIENT, Octets.ofLatin1("\\n\n\\\\x41")),
                Dialogue.line(Direction.SERVER_TO_CLIENT, Octets.empty())));
    assertThat(Files.readString(file)).matches("[\n -~]*");
    Dialogue dialogue = Dialogue.read(file);
    assertThat(dialogue.sent(Direction.CLIENT_TO_SERVER)).isEqualTo(Octets.of(all));
    assertThat(dialogue.sent(Direction.SERVER_TO_CLIENT).toLatin1()).isEqualTo("\\n\n\\\\x41");
    assertThat(dialogue.steps().getLast()).isEqualTo(new Step.End(Direction.SERVER_TO_CLIENT));
    assertThat(Dialogue.files(folder)).containsExactly(file);
  }

  @Test
  void playsWhatWasSaid() throws IOException {
    Path file = Files.write(folder.resolve("a"), List.of("C a cat\\n", "S a dog\\n", "C", "S"));
    Dialogue dialogue = Dialogue.read(file);
    Outcome outcome =
        dialogue.script(new AgentPlaybook(SimpleAgents.replacing("cat", "mouse"))).playWhole();
    assertThat(outcome.clientToServer().toLatin1()).isEqualTo("a mouse\n");
    AgentPlaybook unchanged =
        dialogue.unchanged(new AgentPlaybook(SimpleAgents.replacing("cat", "mouse")));
    assertThatThrownBy(unchanged::playWhole).isInstanceOf(AssertionError.class);
  }

  @Test
  void answersOneRequestAfterTheOther() throws IOException {
    Path file = Files.write(folder.resolve("a"), List.of("C 1\\n2\\n", "S a\\nb\\n", "S c", "S"));
    Dialogue dialogue = Dialogue.read(file).inReplies(Pattern.compile("[a-z]\n"));
    assertThat(dialogue.steps())
        .containsExactly(
            new Step.Send(Direction.CLIENT_TO_SERVER, Octets.ofText("1\n2\n")),
            new Step.Send(Direction.SERVER_TO_CLIENT, Octets.ofText("a\n")),
            new Step.Send(Direction.SERVER_TO_CLIENT, Octets.ofText("b\n")),
            new Step.Send(Direction.SERVER_TO_CLIENT, Octets.ofText("c")),
            new Step.End(Direction.SERVER_TO_CLIENT));
  }

  @Test
  void refusesOtherLines() throws IOException {
    Path file = Files.write(folder.resolve("a"), List.of("X a"));
    assertThatThrownBy(() -> Dialogue.read(file)).isInstanceOf(IllegalArgumentException.class);
  }
}
