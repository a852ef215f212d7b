package dev.midstream.testkit.agent;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import java.nio.charset.StandardCharsets;

/** Agents that pass, skip, or find and replace text. */
public final class SimpleAgents {
  private SimpleAgents() {}

  /** An agent that lets everything pass. */
  public static LambdaAgent passing() {
    return LambdaAgent.by((direction, view, out) -> pass(view, out)).exactly();
  }

  /** Passes all of {@code view}. */
  public static void pass(OctetView view, Decisions out) {
    if (view.length() > 0) {
      out.pass(view.length());
    }
  }

  /** An agent that replaces each view by {@code text}. */
  public static LambdaAgent replacingViews(String text) {
    return LambdaAgent.by((direction, view, out) -> {
      if (view.length() > 0) {
        out.replace(view.length(), Octets.ofText(text));
      }
    });
  }

  /** An agent that skips "S" with the eight octets after it, and replaces "x" by "yy". */
  public static LambdaAgent skipping() {
    return LambdaAgent.by((direction, view, out) -> skip(text(view), out)).exactly();
  }

  private static void skip(String text, Decisions out) {
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) == 'S') {
        out.skip(9);
        at += 8;
      } else if (text.charAt(at) == 'x') {
        out.replace(1, Octets.ofText("yy"));
      } else {
        out.pass(1);
      }
    }
  }

  /** The octets of {@code view} as ISO 8859-1 text. */
  public static String text(OctetView view) {
    return new String(view.copy(0, view.length()), StandardCharsets.ISO_8859_1);
  }

  /**
   * An agent that finds and replaces text. The leftmost match wins, then the first pair. A possible
   * beginning of a match is held until a silence.
   *
   * @param pairs a search text and its replacement, in turn
   */
  public static LambdaAgent replacing(String... pairs) {
    return LambdaAgent.by((direction, view, out) -> replaceIn(view, out, pairs))
        .withFlush()
        .exactly();
  }

  private static void replaceIn(OctetView view, Decisions out, String... pairs) {
    String text = text(view);
    boolean last = view.endOfStream() || view.flush();
    int at = 0;
    while (at < text.length()) {
      int pair = matchAt(text, at, pairs);
      if (!last && firstOpen(text, at, pairs) < pair) {
        return;
      }
      if (pair < pairs.length) {
        out.replace(pairs[pair].length(), Octets.ofText(pairs[pair + 1]));
        at += pairs[pair].length();
      } else {
        out.pass(1);
        at++;
      }
    }
  }

  private static int matchAt(String text, int at, String... pairs) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (text.startsWith(pairs[i], at)) {
        return i;
      }
    }
    return pairs.length;
  }

  /** The first pair that could match after more octets. */
  private static int firstOpen(String text, int at, String... pairs) {
    int left = text.length() - at;
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].length() > left && pairs[i].regionMatches(0, text, at, left)) {
        return i;
      }
    }
    return pairs.length;
  }
}
