package dev.midstream.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.agent.Agent;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.http.HttpProvider;
import dev.midstream.testkit.playbook.AgentFuzz;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;

/** What both ends send, for the agent of HTTP. */
class HttpFuzzTest {
  private static final HttpProvider PROVIDER = new HttpProvider();
  private static final Agent<?> AGENT = agent();

  @FuzzTest
  void decidesAnyOctetsWhateverTheCuts(byte[] input) {
    AgentFuzz.play(AGENT, PROVIDER.reasons(), input);
  }

  private static Agent<?> agent() {
    SettingsNode settings =
        mapping(
            "requests", mapping("path", scalar("/a"), "method", scalar("GET")),
            "replace", mapping("find", scalar("ab"), "replace", scalar("longer")));
    SettingsReader reader = new SettingsReader("", settings, new Problems());
    return Objects.requireNonNull(PROVIDER.create(reader));
  }

  private static Scalar scalar(String text) {
    return new Scalar(text, "f:1");
  }

  private static Mapping mapping(
      String firstKey, SettingsNode first, String secondKey, SettingsNode second) {
    SequencedMap<String, SettingsNode> entries = new LinkedHashMap<>();
    entries.put(firstKey, first);
    entries.put(secondKey, second);
    return new Mapping(entries, "f:1");
  }
}
