package dev.midstream.agents.substitute;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What is known of the decided octets of one direction. Immutable.
 *
 * @param isInWord whether the last decided octet is a letter, a digit or an underscore; false in a
 *     direction where that does not matter
 * @param made the replacements of each limited pair, in list order
 */
record Memory(boolean isInWord, List<Integer> made) {
  private static final Memory OUTSIDE = new Memory(false, List.of());
  private static final Memory INSIDE = new Memory(true, List.of());

  Memory {
    made = List.copyOf(made);
  }

  /** What is known before the first octet. */
  static Memory initial(int limitedPairs) {
    return limitedPairs == 0 ? OUTSIDE : new Memory(false, Collections.nCopies(limitedPairs, 0));
  }

  /** As this, after an octet that is one of a word or not. The same instance if nothing changed. */
  Memory after(boolean isWord) {
    if (isWord == isInWord) {
      return this;
    }
    return made.isEmpty() ? isWord ? INSIDE : OUTSIDE : new Memory(isWord, made);
  }

  /** As this, after one more replacement of limited pair {@code index}. */
  Memory counting(int index) {
    List<Integer> counts = new ArrayList<>(made);
    counts.set(index, made.get(index) + 1);
    return new Memory(isInWord, counts);
  }
}
