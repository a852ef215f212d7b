package dev.midstream.reassembly.script;

import dev.midstream.modcmd.agent.Decisions;
import java.util.function.Consumer;

/** Agents that leave octets of the client undecided; what the server says passes. */
public final class Holding {
  private Holding() {}

  /** Nothing the client says is ever decided. */
  public static Deciding everything() {
    return Deciding.onClient((view, out) -> {}).withoutFlush();
  }

  /** What the client says passes when there are so many {@code octets}, or no more to come. */
  public static Deciding needing(int octets) {
    return Deciding.onClient(
            (view, out) -> {
              if (view.length() >= octets || view.endOfStream()) {
                Rules.pass(view, out);
              } else {
                out.need(octets);
              }
            })
        .withoutFlush();
  }

  /** The agent throws as soon as the client has said {@code letter}. */
  public static Deciding failingAt(char letter) {
    return until(
        letter,
        out -> {
          throw new IllegalStateException("cannot");
        });
  }

  /** The agent goes as soon as the client has said {@code letter}. */
  public static Deciding detachingAt(char letter) {
    return until(letter, Decisions::detach);
  }

  private static Deciding until(char letter, Consumer<Decisions> then) {
    return Deciding.onClient(
            (view, out) -> {
              if (Rules.text(view).indexOf(letter) >= 0) {
                then.accept(out);
              }
            })
        .withoutFlush();
  }
}
