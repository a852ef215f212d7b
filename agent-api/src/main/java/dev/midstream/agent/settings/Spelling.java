package dev.midstream.agent.settings;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Suggests corrections of misspelt words. */
public final class Spelling {
  private static final int MAX_LENGTH = 64;

  private Spelling() {}

  /**
   * The nearest known word by {@link #distance}, if at most a third of the letters differ;
   * otherwise null.
   */
  public static @Nullable String nearest(String word, Collection<String> known) {
    if (word.length() > MAX_LENGTH) {
      return null;
    }
    String nearest = null;
    int fewest = Math.max(1, word.length() / 3) + 1;
    for (String candidate : known) {
      int changes = distance(word, candidate);
      if (changes < fewest) {
        fewest = changes;
        nearest = candidate;
      }
    }
    return nearest;
  }

  /** The edit distance: letters inserted, deleted, replaced or swapped with their neighbour. */
  static int distance(String from, String to) {
    int[] twoBefore = new int[to.length() + 1];
    int[] before = new int[to.length() + 1];
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] free = twoBefore;
      twoBefore = before;
      before = row;
      row = free;
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        row[j] = Math.min(before[j - 1] + (same ? 0 : 1), 1 + Math.min(before[j], row[j - 1]));
        if (isSwapped(from, i, to, j)) {
          row[j] = Math.min(row[j], twoBefore[j - 2] + 1);
        }
      }
    }
    return row[to.length()];
  }

  private static boolean isSwapped(String from, int i, String to, int j) {
    return i > 1
        && j > 1
        && from.charAt(i - 1) == to.charAt(j - 2)
        && from.charAt(i - 2) == to.charAt(j - 1);
  }
}
