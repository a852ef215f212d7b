package dev.midstream.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.agent.Agent;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsNode.Sequence;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.substitute.SubstituteProvider;
import dev.midstream.testkit.playbook.AgentFuzz;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/** What both ends send, for the agent that replaces strings. */
class SubstituteFuzzTest {
  private static final Agent<?> AGENT = agent();

  @FuzzTest
  void decidesAnyOctetsWhateverTheCuts(byte[] input) {
    AgentFuzz.play(AGENT, input);
  }

  private static Agent<?> agent() {
    SettingsNode settings =
        mapping(
            "client-to-server",
            new Sequence(List.of(pair("aab", "x"), pair("ab", ""), pair("b", "longer")), "f:1"),
            "server-to-client",
            new Sequence(List.of(pair("a", "aa")), "f:2"));
    SettingsReader reader = new SettingsReader("", settings, new Problems());
    return Objects.requireNonNull(new SubstituteProvider().create(reader));
  }

  private static SettingsNode pair(String find, String replacement) {
    return mapping("find", new Scalar(find, "f:3"), "replace", new Scalar(replacement, "f:3"));
  }

  private static Mapping mapping(
      String firstKey, SettingsNode first, String secondKey, SettingsNode second) {
    SequencedMap<String, SettingsNode> entries = new LinkedHashMap<>();
    entries.put(firstKey, first);
    entries.put(secondKey, second);
    return new Mapping(entries, "f:1");
  }
}
