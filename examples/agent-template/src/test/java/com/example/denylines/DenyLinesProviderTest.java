package com.example.denylines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.midstream.agent.Agent;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Settings as a rule gives them: what is wrong is reported with its place, never thrown. */
class DenyLinesProviderTest {
  private static final int MAX_TEXT = DenyLinesAgent.MAX_REPLY - 1;

  private final DenyLinesProvider provider = new DenyLinesProvider();
  private final Problems problems = new Problems();

  private Agent<?> create(String words, String reply) {
    TreeMap<String, SettingsNode> settings = new TreeMap<>();
    settings.put("words", new SettingsNode.Scalar(words, "c.yaml:1"));
    settings.put("reply", new SettingsNode.Scalar(reply, "c.yaml:2"));
    SettingsNode mapping = new SettingsNode.Mapping(settings, "c.yaml:1");
    return provider.create(new SettingsReader("settings", mapping, problems));
  }

  @Test
  void deniesWithTheLongestReply() {
    String reply = "x".repeat(MAX_TEXT);
    Agent<?> agent = create("delete", reply);
    assertEquals(List.of(), problems.lines());
    assertNotNull(agent);
    new AgentPlaybook(agent)
        .declaring(provider.reasons())
        .clientSends("delete\n")
        .clientGets(reply + "\n")
        .play();
  }

  @Test
  void refusesAReplyThatIsTooLong() {
    create("delete", "x".repeat(MAX_TEXT - 1) + "é");
    assertEquals(
        List.of("c.yaml:2: must be one line of at most 4095 octets, key=settings.reply"),
        problems.lines());
  }

  @Test
  void refusesAReplyOfTwoLines() {
    create("delete", "no\nnever");
    assertEquals(
        List.of("c.yaml:2: must be one line of at most 4095 octets, key=settings.reply"),
        problems.lines());
  }

  @Test
  void needsWords() {
    assertNull(create("", "no"));
    assertEquals(
        List.of("c.yaml:1: needs a word that denied lines begin with, key=settings.words"),
        problems.lines());
  }
}
