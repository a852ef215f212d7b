package dev.midstream.worlds.scenario;

import dev.midstream.agent.Octets;
import dev.midstream.testkit.agent.LambdaAgent;

/** Edits pairs of octets, and so holds the last octet of an odd number. */
final class HoldingEdits {
  private static final Octets PAIR = Octets.ofText("three");

  private HoldingEdits() {}

  static LambdaAgent agent() {
    return LambdaAgent.by((direction, view, out) -> {
      for (int at = 0; at + 1 < view.length(); at += 2) {
        if ((view.at(at) & 7) == 1) {
          out.replace(2, PAIR);
        } else {
          out.pass(2);
        }
      }
      if (view.length() % 2 == 1) {
        out.need(view.endOfStream() ? 0 : 2);
      }
    });
  }
}
