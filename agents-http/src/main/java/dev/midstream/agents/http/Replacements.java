package dev.midstream.agents.http;

import dev.midstream.agent.Octets;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts that are replaced in bodies: from left to right, at each place the first pair that matches.
 * A replacement is not searched again. Immutable.
 */
final class Replacements {
  private static final int OCTETS = 256;

  /**
   * A text and what it becomes.
   *
   * @param find not empty
   */
  record Pair(Octets find, Octets replacement) {}

  /** What is at a place. */
  private enum Match {
    YES,
    NO,
    /** The octets end inside a text that may match. */
    OPEN
  }

  private final List<Pair> pairs;

  /** Whether a text begins with an octet. */
  private final boolean[] begins = new boolean[OCTETS];

  Replacements(List<Pair> pairs) {
    this.pairs = List.copyOf(pairs);
    pairs.forEach(pair -> begins[pair.find().at(0) & 0xff] = true);
  }

  boolean isEmpty() {
    return pairs.isEmpty();
  }

  /** Whether no replacement changes the length. */
  boolean keepsLengths() {
    return pairs.stream().allMatch(pair -> pair.find().length() == pair.replacement().length());
  }

  /**
   * The octets with all replacements.
   *
   * @param isLast whether no octets follow that belong to them
   * @return null if a text may begin in them and end after them
   */
  byte @Nullable [] edit(byte[] octets, boolean isLast) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(octets.length);
    int from = 0;
    int at = 0;
    while (at < octets.length) {
      if (!begins[octets[at] & 0xff]) {
        at++;
        continue;
      }
      Pair found = null;
      for (Pair pair : pairs) {
        Match match = match(octets, at, pair.find());
        if (match == Match.OPEN && !isLast) {
          return null;
        }
        if (match == Match.YES) {
          found = pair;
          break;
        }
      }
      if (found == null) {
        at++;
      } else {
        out.write(octets, from, at - from);
        out.writeBytes(found.replacement().toArray());
        at += found.find().length();
        from = at;
      }
    }
    out.write(octets, from, at - from);
    return out.toByteArray();
  }

  private static Match match(byte[] octets, int at, Octets find) {
    int length = Math.min(find.length(), octets.length - at);
    for (int i = 0; i < length; i++) {
      if (octets[at + i] != find.at(i)) {
        return Match.NO;
      }
    }
    return length == find.length() ? Match.YES : Match.OPEN;
  }
}
