package dev.midstream.reassembly.script;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;

/**
 * Edits single letters of the client: "x" grows to ten octets, "d" is deleted, "+" becomes "PLUS"
 * with an insertion after it.
 */
public final class LetterEdits {
  private LetterEdits() {}

  /** An inline engine with these edits. */
  public static TestEngine inline() {
    return TestEngine.inline(
        LambdaAgent.onClient((view, out) -> {
          for (char octet : SimpleAgents.text(view).toCharArray()) {
            edit(octet, out);
          }
        }));
  }

  private static void edit(char octet, Decisions out) {
    switch (octet) {
      case 'x' -> out.replace(1, Octets.ofText("0123456789"));
      case 'd' -> out.replace(1, Octets.empty());
      case '+' -> {
        out.replace(1, Octets.ofText("PLUS"));
        out.replace(0, Octets.ofText("!!"));
      }
      default -> out.pass(1);
    }
  }
}
