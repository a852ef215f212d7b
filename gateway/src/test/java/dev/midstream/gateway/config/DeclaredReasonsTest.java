package dev.midstream.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.AgentReason.Consequence;
import dev.midstream.gateway.config.ConfigurationFile.Purpose;
import dev.midstream.gateway.plugin.AgentCatalog;
import dev.midstream.gateway.plugin.ForeignCalls;
import dev.midstream.reassembly.rule.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reasons that providers declare. */
class DeclaredReasonsTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z0-9-]+\\.[a-z0-9-]+)` \\|", Pattern.MULTILINE);
  private static final AgentReason DENIED =
      new AgentReason("denied-command", "a command that is not allowed", Consequence.DENIED);
  private static final AgentReason LIMIT =
      new AgentReason("long-line", "a line is too long", Consequence.LIMIT);
  private static final AgentReason SAME_CODE =
      new AgentReason("denied-command", "another command", Consequence.LIMIT);

  @TempDir private Path directory = Path.of("");

  private Configuration load(List<AgentReason> reasons) throws Exception {
    return load(reasons, "rules:\n  - agent: ftp\n");
  }

  private Configuration load(List<AgentReason> reasons, String text) throws Exception {
    Path file = Files.writeString(directory.resolve("c.yaml"), text);
    AgentProvider provider = new FakeProvider("ftp", reasons);
    return ConfigurationFile.load(
        file, Purpose.OFFLINE, AgentCatalog.of(List.of(provider), ForeignCalls.LIMIT));
  }

  @Test
  @DisplayName("a rule has the reasons of its agent's provider")
  void givesReasonsToTheRule() throws Exception {
    assertThat(load(List.of(DENIED)).rules().rules())
        .extracting(Rule::reasons)
        .containsExactly(List.of(DENIED));
  }

  @Test
  @DisplayName("an agent whose provider declares a denial and that does not deny is a warning")
  void warnsOfForgottenDenies() throws Exception {
    assertThat(load(List.of(LIMIT, DENIED)).warnings())
        .containsExactly(
            directory.resolve("c.yaml")
                + ":2: the agent has a reason to deny but says that it does not deny, so what it"
                + " denies would pass after a failure, rule=rule-1 reason=ftp.denied-command");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rules:\n  - {agent: ftp, settings: {denies: 1}}",
        "rules:\n  - {agent: ftp, mode: monitor}",
        "rules:\n  - {agent: ftp, mode: off}"
      })
  @DisplayName("no warning where the settings let the agent deny, or nothing is enforced")
  void warnsOfNoOther(String text) throws Exception {
    assertThat(load(List.of(DENIED), text).warnings()).isEmpty();
    assertThat(load(List.of(LIMIT)).warnings()).isEmpty();
  }

  @Test
  @DisplayName("a provider that declares a code twice, or too many, is refused where it is named")
  void refusesRepeatedReasons() {
    assertThat(refusal(List.of(DENIED, SAME_CODE)))
        .containsExactly(
            directory.resolve("c.yaml")
                + ":2: the agent declares a reason twice, or too many, agent=ftp reasons=2"
                + " most=64");
    assertThat(refusal(Collections.nCopies(65, DENIED)))
        .singleElement()
        .asString()
        .endsWith("agent=ftp reasons=65 most=64");
  }

  private List<String> refusal(List<AgentReason> reasons) {
    return catchThrowableOfType(ConfigurationException.class, () -> load(reasons)).lines();
  }

  @Test
  @DisplayName("docs/reasons.md lists the reasons of all installed agents, and no other one")
  void documentsReasonsOfInstalledAgents() throws IOException {
    List<String> declared = new ArrayList<>();
    for (AgentProvider provider : ServiceLoader.load(AgentProvider.class)) {
      provider.reasons().forEach(reason -> declared.add(provider.name() + "." + reason.code()));
    }
    List<String> documented = new ArrayList<>();
    Matcher row = ROW.matcher(Files.readString(Path.of("../docs/reasons.md")));
    while (row.find()) {
      documented.add(row.group(1));
    }
    assertThat(documented).containsExactlyInAnyOrderElementsOf(declared);
  }
}
