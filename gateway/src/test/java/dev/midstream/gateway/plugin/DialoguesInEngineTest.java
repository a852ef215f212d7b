package dev.midstream.gateway.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsNode.Sequence;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.ftp.FtpProvider;
import dev.midstream.agents.http.HttpProvider;
import dev.midstream.agents.smtp.SmtpProvider;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.Dialogue;
import dev.midstream.worlds.playbook.EnginePlaybook;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Dialogues of real clients and servers, kept beside the agents, through the engine over a network
 * that loses packets: enforced and monitored.
 */
@Tag("slow")
class DialoguesInEngineTest {
  private static final String WHERE = "c.yaml:1";

  /** Of a server of FTP or mail. */
  private static final Pattern REPLY =
      Pattern.compile("(?:[0-9]{3}-[^\n]*\n)*[0-9]{3}(?: [^\n]*)?\n");

  /** In this one a request with a body asks for HTTP/2, which the agent removes. */
  private static final String EDITED = "nginx-jdk-http-2.txt";

  private static final String EDITS =
      "(Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-S[^\r]*)\r\n";

  private static final Endpoint CLIENT = end(40_000);
  private static final Endpoint SERVER = end(21);

  /** A kept dialogue, and the agent that decides it. */
  record Kept(Path file, AgentProvider provider, Mapping settings) {
    @Override
    public String toString() {
      return provider.name() + " " + file.getFileName();
    }
  }

  static List<Kept> dialogues() throws IOException {
    return Stream.of(
            kept(
                new FtpProvider(),
                Map.of("tls", text("pass"), "passive-ports", text("1024-65535"))),
            kept(
                new SmtpProvider(),
                Map.of(
                    "starttls",
                    text("pass"),
                    "smtputf8",
                    text("true"),
                    "allow-commands",
                    new Sequence(List.of(text("ETRN"), text("XCLIENT")), WHERE))),
            kept(
                new HttpProvider(),
                Map.of("upgrades", new Sequence(List.of(text("websocket"), text("h2c")), WHERE))))
        .flatMap(List::stream)
        .toList();
  }

  private static List<Kept> kept(AgentProvider provider, Map<String, SettingsNode> settings)
      throws IOException {
    List<Kept> kept = new ArrayList<>();
    for (Path file : Dialogue.files(folder(provider))) {
      if (!file.endsWith(EDITED)) {
        kept.add(new Kept(file, provider, mapping(settings)));
      }
    }
    assertThat(kept).isNotEmpty();
    return kept;
  }

  @ParameterizedTest
  @MethodSource("dialogues")
  @DisplayName("C-57 C-58 C-59 a real dialogue passes unchanged, although packets are lost")
  void passes(Kept kept) throws IOException {
    Dialogue dialogue = Dialogue.read(kept.file()).inReplies(REPLY);
    EnginePlaybook.playWhole(dialogue.unchanged(playbook(kept)));
  }

  @Test
  @DisplayName(
      "C-59 a dialogue in which HTTP/2 is not asked for goes on, although packets are lost")
  void removesUpgrade() throws IOException {
    HttpProvider http = new HttpProvider();
    Kept kept = new Kept(folder(http).resolve(EDITED), http, mapping(Map.of()));
    Dialogue dialogue = Dialogue.read(kept.file());
    String sent = dialogue.sent(Direction.CLIENT_TO_SERVER).toLatin1();
    String edited = sent.replaceAll(EDITS, "");
    assertThat(edited).hasSizeLessThan(sent.length());
    EnginePlaybook.playWhole(
        dialogue
            .script(playbook(kept))
            .gets(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(edited))
            .gets(Direction.SERVER_TO_CLIENT, dialogue.sent(Direction.SERVER_TO_CLIENT)));
  }

  private static AgentPlaybook playbook(Kept kept) {
    Problems problems = new Problems();
    SettingsReader reader = new SettingsReader("settings", kept.settings(), problems);
    Agent<?> agent = Objects.requireNonNull(kept.provider().create(reader));
    assertThat(problems.lines()).isEmpty();
    return new AgentPlaybook(agent)
        .declaring(kept.provider().reasons())
        .opening(Opening.of(CLIENT, SERVER));
  }

  private static Path folder(AgentProvider provider) {
    return Path.of(
        "../agents-%1$s/src/test/resources/dev/midstream/agents/%1$s/dialogues"
            .formatted(provider.name()));
  }

  private static Mapping mapping(Map<String, SettingsNode> settings) {
    return new Mapping(new TreeMap<>(settings), WHERE);
  }

  private static Endpoint end(int port) {
    return new Endpoint(Octets.of((byte) 127, (byte) 0, (byte) 0, (byte) 1), port);
  }

  private static Scalar text(String text) {
    return new Scalar(text, WHERE);
  }
}
