package dev.midstream.testkit.playbook;

import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One way to play a script.
 *
 * @param name what a failure begins with
 * @param cuts where octets that are sent together are cut
 * @param joinsEnds whether the end of a stream arrives with its last octets
 * @param pauseBefore the number of octets of the script before a silence of both directions; -1 for
 *     none
 * @param moves whether the state goes through its codec before each arrival and after each change,
 *     and what was shown is forgotten before each arrival and shown again in views of random
 *     length; null for no
 * @param race the race that {@code order} is for; -1 for all
 * @param order the order in a race; null as written
 */
record Variation(
    String name,
    Cuts cuts,
    boolean joinsEnds,
    int pauseBefore,
    @Nullable Random moves,
    int race,
    @Nullable Order order) {
  /** An order is for all races. */
  static final int ALL_RACES = -1;

  private static final int NONE = -1;

  /** The script as written. */
  static final Variation WHOLE = cut("whole", Cuts.NONE);

  static Variation cut(String name, Cuts cuts) {
    return new Variation(name, cuts, false, NONE, null, ALL_RACES, null);
  }

  /** Both directions are silent before the octet at {@code place}. */
  static Variation silence(int place) {
    String name = "silence before octet " + place;
    return new Variation(name, Cuts.at(place), false, place, null, ALL_RACES, null);
  }

  Variation joiningEnds() {
    return new Variation(name + ", ends with octets", cuts, true, pauseBefore, moves, race, order);
  }

  Variation moving(String nameOfMoves, long seed) {
    return new Variation(nameOfMoves, cuts, joinsEnds, pauseBefore, new Random(seed), race, order);
  }

  Variation ordered(String nameOfOrder, int one, Order raced) {
    return new Variation(nameOfOrder, cuts, joinsEnds, pauseBefore, moves, one, raced);
  }

  /** The order in race {@code number}; null as written. */
  @Nullable Order orderOf(int number) {
    return race == ALL_RACES || race == number ? order : null;
  }

  boolean hasPause() {
    return pauseBefore != NONE;
  }
}
