package dev.midstream.modcmd.search.pattern;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** The groups of symbols that no set tells apart. Immutable. */
final class SymbolGroups {
  private final short[] groups = new short[OctetSets.SYMBOLS];
  private int count = 1;

  SymbolGroups(List<BitSet> sets) {
    for (BitSet set : sets) {
      split(set);
    }
  }

  /** The number of groups. */
  int count() {
    return count;
  }

  /** The group of each symbol. */
  short[] ofSymbols() {
    return groups.clone();
  }

  /** One symbol of each group. */
  int[] samples() {
    int[] samples = new int[count];
    for (int symbol = 0; symbol < groups.length; symbol++) {
      samples[groups[symbol]] = symbol;
    }
    return samples;
  }

  /** Moves the symbols of {@code set} to groups of their own, where others are left behind. */
  private void split(BitSet set) {
    boolean[] hasOthers = new boolean[count];
    for (int symbol = 0; symbol < groups.length; symbol++) {
      hasOthers[groups[symbol]] |= !set.get(symbol);
    }
    short[] moved = new short[count];
    Arrays.fill(moved, (short) -1);
    for (int symbol = set.nextSetBit(0); symbol >= 0; symbol = set.nextSetBit(symbol + 1)) {
      int group = groups[symbol];
      if (hasOthers[group]) {
        moved[group] = moved[group] < 0 ? (short) count++ : moved[group];
        groups[symbol] = moved[group];
      }
    }
  }
}
