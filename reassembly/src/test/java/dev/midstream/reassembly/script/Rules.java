package dev.midstream.reassembly.script;

import dev.midstream.modcmd.agent.Decisions;
import dev.midstream.modcmd.agent.OctetView;
import dev.midstream.modcmd.command.Octets;
import java.nio.charset.StandardCharsets;

/** Small things agents do. */
public final class Rules {
  private Rules() {}

  /** An agent that lets everything pass. */
  public static Deciding passing() {
    return Deciding.by((direction, view, out) -> pass(view, out));
  }

  /** Everything passes. */
  public static void pass(OctetView view, Decisions out) {
    if (view.length() > 0) {
      out.pass(view.length());
    }
  }

  /** An agent to which whatever it is shown at once becomes {@code text}. */
  public static Deciding becoming(String text) {
    return Deciding.by((direction, view, out) -> {
      if (view.length() > 0) {
        out.replace(view.length(), Octets.ofText(text));
      }
    });
  }

  /** An agent to which "S" makes the eight octets behind it opaque, and "x" becomes "yy". */
  public static Deciding skipping() {
    return Deciding.by((direction, view, out) -> skip(text(view), out));
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

  /** The octets of a view as text. */
  public static String text(OctetView view) {
    return new String(view.copy(0, view.length()), StandardCharsets.ISO_8859_1);
  }

  /**
   * Finds and replaces: the leftmost match, then the first pair; what may become a match is held.
   *
   * @param pairs what is looked for and what it becomes, in turn
   */
  public static Deciding replace(String... pairs) {
    return Deciding.by((direction, view, out) -> replaceIn(view, out, pairs));
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

  /** The first pair that more octets could make match. */
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
