package dev.midstream.testkit.agent;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;

/** Agents that decide whole lines and hold an incomplete line without a time limit. */
public final class LineAgents {
  private LineAgents() {}

  /** An agent that passes lines. */
  public static LambdaAgent passing() {
    return LambdaAgent.by((direction, view, out) -> {
      int end = decidable(view);
      if (end > 0) {
        out.pass(end);
      }
    });
  }

  /** An agent that deletes and answers client lines that begin with {@code word}. */
  public static LambdaAgent denying(String word, String answer) {
    return LambdaAgent.onClient((view, out) -> deny(view, out, word, answer));
  }

  /** The same; the server's octets are opaque. */
  public static LambdaAgent denyingWithOpaqueServer(String word, String answer) {
    return LambdaAgent.by((direction, view, out) -> {
      if (direction == Direction.CLIENT_TO_SERVER) {
        deny(view, out, word, answer);
      } else {
        out.skipRest();
      }
    });
  }

  /** Deletes and answers lines that begin with {@code word}; passes the others. */
  public static void deny(OctetView view, Decisions out, String word, String answer) {
    String text = SimpleAgents.text(view).substring(0, decidable(view));
    for (int at = 0; at < text.length(); ) {
      int newline = text.indexOf('\n', at);
      int end = newline < 0 ? text.length() : newline + 1;
      if (text.startsWith(word, at)) {
        out.replace(end - at, Octets.empty());
        out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText(answer));
      } else {
        out.pass(end - at);
      }
      at = end;
    }
  }

  private static int decidable(OctetView view) {
    boolean last = view.endOfStream() || view.flush();
    return last ? view.length() : SimpleAgents.text(view).lastIndexOf('\n') + 1;
  }
}
