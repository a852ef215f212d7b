package dev.midstream.worlds.plan;

import dev.midstream.reassembly.stream.FirstCopies;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Draws which first copies are essential, in worlds that write records or whose engines die: all of
 * them in one half, and in the other those that their senders cannot repeat. With {@code
 * -Dmidstream.first-copy=commands}, or {@code all}, it is the same in each world.
 */
final class FirstCopiesDraw {
  private static final String WANTED =
      System.getProperty("midstream.first-copy", "").toUpperCase(Locale.ROOT);

  private FirstCopiesDraw() {}

  /** {@code commits} for the world of {@code seed}; nothing else of it depends on this. */
  static CommitPlan changed(CommitPlan commits, long seed) {
    FirstCopies[] all = FirstCopies.values();
    boolean isDrawn = WANTED.isEmpty();
    int drawn = new SplittableRandom(~seed).nextInt(all.length);
    return commits.withFirstCopies(isDrawn ? all[drawn] : FirstCopies.valueOf(WANTED));
  }
}
