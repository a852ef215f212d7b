package dev.midstream.fuzz;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The naive twin of a command list and its map: the original owner of each octet of the new stream,
 * and the cuts. Everything is counted, nothing is computed.
 */
final class NaiveStream {
  private final List<Integer> owners = new ArrayList<>();
  private final BitSet cuts = new BitSet();
  private final List<Edit> edits = new ArrayList<>();
  private int decided;
  private Edit base = new Edit(0, 0);

  /** The end of an edit and of its output. */
  private record Edit(int end, int newEnd) {}

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
    edits.add(new Edit(decided, newLength()));
  }

  /** Folds the edits whose output lies below {@code newPlace}. */
  void foldTo(int newPlace) {
    while (!edits.isEmpty() && edits.getFirst().newEnd() <= newPlace) {
      base = edits.removeFirst();
    }
  }

  /** The end of the last folded edit. */
  int base() {
    return base.end();
  }

  /** The end of the output of the last folded edit. */
  int newBase() {
    return base.newEnd();
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

  /** The number of new octets whose owner lies below the cut at or below {@code place}. */
  int before(int place) {
    int cut = down(place);
    return (int) owners.stream().filter(owner -> owner < cut).count();
  }

  int dataEnd(int place) {
    int cut = up(Math.min(place, decided));
    return cut == decided ? newLength() : before(cut);
  }

  /** The highest cut such that all octets owned below it lie before {@code newPlace}. */
  int acknowledgement(int newPlace) {
    int highest = 0;
    for (int cut = 0; cut >= 0; cut = cuts.nextSetBit(cut + 1)) {
      highest = before(cut) <= newPlace ? cut : highest;
    }
    return highest;
  }

  /** The lowest cut that owns no octet before {@code newPlace}; decided + 1 if there is none. */
  int firstCutFrom(int newPlace) {
    for (int cut = 0; cut >= 0; cut = cuts.nextSetBit(cut + 1)) {
      if (before(cut) >= newPlace) {
        return cut;
      }
    }
    return decided + 1;
  }
}
