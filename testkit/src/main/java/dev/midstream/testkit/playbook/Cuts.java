package dev.midstream.testkit.playbook;

import java.util.Random;

/**
 * The positions where the octets of a script are cut into runs, counted over all octets of the
 * script.
 */
@FunctionalInterface
interface Cuts {
  /** Each send arrives whole. */
  Cuts NONE = place -> false;

  /** Each octet arrives alone. */
  Cuts ALL = place -> true;

  /** Decides whether to cut before the octet at {@code place}. */
  boolean cutBefore(int place);

  /** One cut, before the octet at {@code cut}. */
  static Cuts at(int cut) {
    return place -> place == cut;
  }

  /** A cut before each octet with a random probability, so that runs are short or long. */
  static Cuts random(Random random) {
    double chance = random.nextDouble();
    return place -> random.nextDouble() < chance;
  }
}
