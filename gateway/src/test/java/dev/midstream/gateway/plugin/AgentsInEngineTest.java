package dev.midstream.gateway.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsNode.Sequence;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.substitute.SubstituteProvider;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.worlds.playbook.EnginePlaybook;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts of real agents, at every cut, and then through the engine with lost packets. */
class AgentsInEngineTest {
  private static final String WHERE = "c.yaml:1";

  @TempDir private Path directory = Path.of("");
  private AgentProvider template = new SubstituteProvider();

  @BeforeEach
  void loadTemplate() throws Exception {
    Path jar = TemplateJar.write(directory);
    template =
        Objects.requireNonNull(
            Plugin.load(jar, null, ForeignCalls.LIMIT).providers().get("deny-lines"));
  }

  @Test
  @DisplayName("OWN-4 the agent of the template keeps the order of answers")
  void keepsTheOrderOfAnswers() {
    EnginePlaybook.play(
        denyingLines()
            .clientSends("list\nDELETE a\ndelete\n")
            .serverSends("a b c\n")
            .serverSendsWhenMonitored("deleted\ndeleted\n")
            .clientSends("quit")
            .clientEnds()
            .serverSends("bye\n")
            .serverEnds()
            .serverGets("list\nquit")
            .clientGets("a b c\nno\nno\nbye\n"));
  }

  @Test
  @DisplayName("substitute edits both directions, and what silence leaves undecided passes")
  void substitutes() {
    Mapping pair = mapping(Map.of("find", scalar("cat"), "replace", scalar("mouse")));
    Sequence pairs = new Sequence(List.of(pair), WHERE);
    Mapping settings = mapping(Map.of("client-to-server", pairs, "server-to-client", pairs));
    EnginePlaybook.play(
        new AgentPlaybook(agent(new SubstituteProvider(), settings))
            .mayPassInSilence()
            .clientSends("a cat and a c")
            .serverHasGot("a mouse and a ")
            .clientSends("at")
            .serverHasGot("a mouse and a mouse")
            .serverSends("catcat, no ca")
            .serverEnds()
            .clientEnds()
            .clientGets("mousemouse, no ca"));
  }

  private AgentPlaybook denyingLines() {
    Mapping settings = mapping(Map.of("words", scalar("delete"), "reply", scalar("no")));
    return new AgentPlaybook(agent(template, settings)).declaring(template.reasons());
  }

  private static Agent<?> agent(AgentProvider provider, Mapping settings) {
    Problems problems = new Problems();
    Agent<?> agent = provider.create(new SettingsReader("settings", settings, problems));
    assertThat(problems.lines()).isEmpty();
    return Objects.requireNonNull(agent);
  }

  private static Mapping mapping(Map<String, SettingsNode> entries) {
    return new Mapping(new TreeMap<>(entries), WHERE);
  }

  private static Scalar scalar(String text) {
    return new Scalar(text, WHERE);
  }
}
