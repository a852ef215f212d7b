package dev.midstream.reassembly.script;

import dev.midstream.modcmd.agent.Decisions;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.agent.OctetView;
import dev.midstream.modcmd.command.Octets;

/** Agents that decide on whole lines and wait for the rest of one as long as it takes. */
public final class Lines {
  private Lines() {}

  /** Lines pass. */
  public static Deciding passed() {
    return Deciding.by(
            (direction, view, out) -> {
              int end = decidable(view);
              if (end > 0) {
                out.pass(end);
              }
            })
        .withoutFlush();
  }

  /** Lines of the client pass, but those that begin with {@code word}: they are answered. */
  public static Deciding denied(String word, String answer) {
    return Deciding.onClient((view, out) -> deny(view, out, word, answer)).withoutFlush();
  }

  /** The same beside a server that says what nobody wants to see. */
  public static Deciding deniedBesideOpaque(String word, String answer) {
    return Deciding.by(
            (direction, view, out) -> {
              if (direction == Direction.CLIENT_TO_SERVER) {
                deny(view, out, word, answer);
              } else {
                out.skipRest();
              }
            })
        .withoutFlush();
  }

  /** Decides lines of the client: those that begin with {@code word} are deleted and answered. */
  public static void deny(OctetView view, Decisions out, String word, String answer) {
    String text = Rules.text(view).substring(0, decidable(view));
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
    return last ? view.length() : Rules.text(view).lastIndexOf('\n') + 1;
  }
}
