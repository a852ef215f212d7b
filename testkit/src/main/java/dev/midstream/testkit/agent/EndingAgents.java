package dev.midstream.testkit.agent;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;

/** Agents that end a connection or their part in it. */
public final class EndingAgents {
  private EndingAgents() {}

  /**
   * An agent that resets the server at the client's first octets, and answers "no"; the server's
   * octets pass.
   */
  public static LambdaAgent aborting() {
    return LambdaAgent.onClient((view, out) -> {
      if (view.length() > 0) {
        out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("no"));
        out.abort(Direction.CLIENT_TO_SERVER, "denied");
      }
    });
  }

  /** An agent that passes octets, answers their sender with "no", and resets their receiver. */
  public static LambdaAgent abortingReceivers() {
    return LambdaAgent.by((direction, view, out) -> {
      SimpleAgents.pass(view, out);
      out.reply(direction.opposite(), Octets.ofText("no"));
      out.abort(direction, "too large");
    });
  }

  /** An agent that leaves at the client's first "P", as the protocol "PRI"; all before passes. */
  public static LambdaAgent leaving() {
    return LambdaAgent.onClient((view, out) -> {
      for (int i = 0; i < view.length(); i++) {
        if (view.at(i) == 'P') {
          out.notMine("PRI");
          return;
        }
        out.pass(1);
      }
    });
  }
}
