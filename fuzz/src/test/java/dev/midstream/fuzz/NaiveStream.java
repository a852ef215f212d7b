package dev.midstream.fuzz;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The naive twin of a command list and its map: who owns each octet of the new stream, and which
 * original places are cuts. Everything is counted, nothing computed.
 */
final class NaiveStream {
  private final List<Integer> owners = new ArrayList<>();
  private final BitSet cuts = new BitSet();
  private int decided;

  NaiveStream() {
    cuts.set(0);
  }

  void pass(int count) {
    for (int i = 0; i < count; i++) {
      owners.add(decided);
      cuts.set(++decided);
    }
  }

  void replace(int count, int newCount) {
    for (int i = 0; i < newCount; i++) {
      owners.add(decided);
    }
    decided += count;
    cuts.set(decided);
  }

  int decided() {
    return decided;
  }

  int newLength() {
    return owners.size();
  }

  int down(int place) {
    return cuts.previousSetBit(place);
  }

  int up(int place) {
    return cuts.nextSetBit(place);
  }

  /** How many new octets are owned by octets below the cut at or below {@code place}. */
  int before(int place) {
    int cut = down(place);
    return (int) owners.stream().filter(owner -> owner < cut).count();
  }

  int dataEnd(int place) {
    int cut = up(Math.min(place, decided));
    return cut == decided ? newLength() : before(cut);
  }

  /** The highest cut with everything that is owned below it inside the first octets. */
  int acknowledgement(int newPlace) {
    int highest = 0;
    for (int cut = 0; cut >= 0; cut = cuts.nextSetBit(cut + 1)) {
      highest = before(cut) <= newPlace ? cut : highest;
    }
    return highest;
  }

  /** The lowest cut with nothing of its own below the place; decided + 1 if there is none. */
  int firstCutFrom(int newPlace) {
    for (int cut = 0; cut >= 0; cut = cuts.nextSetBit(cut + 1)) {
      if (before(cut) >= newPlace) {
        return cut;
      }
    }
    return decided + 1;
  }
}
