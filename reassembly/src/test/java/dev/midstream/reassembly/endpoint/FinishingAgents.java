package dev.midstream.reassembly.endpoint;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;

/** Agents that end directions of a connection, or reset one end. */
final class FinishingAgents {
  private FinishingAgents() {}

  /** Answers the client's X with "no" and the end of the server's stream; all else passes. */
  static LambdaAgent denying() {
    return LambdaAgent.by((direction, view, out) -> {
      SimpleAgents.pass(view, out);
      if (direction == Direction.CLIENT_TO_SERVER && SimpleAgents.text(view).endsWith("X")) {
        out.finish(Direction.SERVER_TO_CLIENT);
        out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("no"));
      }
    });
  }

  /** Ends the client's stream behind its first X. */
  static LambdaAgent cutting() {
    return LambdaAgent.by((direction, view, out) -> {
      int at = SimpleAgents.text(view).indexOf('X');
      if (direction == Direction.CLIENT_TO_SERVER && at >= 0) {
        out.pass(at + 1);
        out.finish(direction);
      } else {
        SimpleAgents.pass(view, out);
      }
    });
  }

  /** Ends the server's stream at the client's X; all passes. */
  static LambdaAgent finishingOther() {
    return LambdaAgent.by((direction, view, out) -> {
      SimpleAgents.pass(view, out);
      if (direction == Direction.CLIENT_TO_SERVER && SimpleAgents.text(view).endsWith("X")) {
        out.finish(Direction.SERVER_TO_CLIENT);
      }
    });
  }

  /** Resets the server at the client's X, and answers "no"; all else passes, an H is held. */
  static LambdaAgent aborting() {
    return LambdaAgent.by((direction, view, out) -> {
      String text = SimpleAgents.text(view);
      if (direction == Direction.CLIENT_TO_SERVER && text.endsWith("X")) {
        out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("no"));
        out.abort(Direction.CLIENT_TO_SERVER, "too large");
      } else if (!text.endsWith("H")) {
        SimpleAgents.pass(view, out);
      }
    });
  }

  /** Puts "i" before the client's octets, and resets the client when the server sends. */
  static LambdaAgent growing() {
    return LambdaAgent.by((direction, view, out) -> {
      if (direction == Direction.SERVER_TO_CLIENT) {
        out.abort(Direction.SERVER_TO_CLIENT, "too large");
      } else if (view.start() == 0) {
        out.replace(0, Octets.ofText("i"));
      }
      SimpleAgents.pass(view, out);
    });
  }
}
