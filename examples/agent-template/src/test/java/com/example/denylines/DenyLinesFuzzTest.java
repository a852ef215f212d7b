package com.example.denylines;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentFuzz;
import java.util.List;

/**
 * With {@code JAZZER_FUZZ=1} Jazzer searches octets that break the agent. The dictionary has what
 * the agent looks for, the end of a line, and 0xff, which turns the direction.
 */
class DenyLinesFuzzTest {
  private final DenyLinesAgent agent =
      new DenyLinesAgent(List.of(Octets.ofText("delete")), Octets.ofText("denied\n"));

  @DictionaryEntries({"delete ", "\\x0a", "\\xff"})
  @FuzzTest(maxDuration = "20s")
  void survivesAnyOctets(byte[] input) {
    AgentFuzz.play(agent, new DenyLinesProvider().reasons(), input);
  }
}
