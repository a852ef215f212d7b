package dev.midstream.modcmd.agent;

import dev.midstream.modcmd.command.Octets;
import java.util.Comparator;
import java.util.List;

/**
 * A filter that finds, many octets at a time, the places of a view where one of several strings may
 * start. It never passes over a start; what it reports still has to be verified. Immutable.
 */
public abstract sealed class CandidateScan permits OctetPairScan, BlockScan, SplitScan {
  /*
   * Two ways, chosen by what they cost: pairs of octets are compared eight places at a time and the
   * loops become vector code, but each different pair is a pass of its own; blocks are looked up in
   * a table, however many strings there are, but one by one. Both compare the first octets of the
   * strings before they report a place. Where to look is chosen in the first LONGEST_PREFIX octets
   * of a string: the longer the prefix, the more places near the end of a view are left to the
   * caller. The shortest string decides how far apart the blocks may be, so the shortest few may be
   * looked for as pairs and the others by blocks.
   */

  private static final int LONGEST_PREFIX = 16;

  /** Measured, in 1/1000 ns: a pass for one pair of octets, per octet of the view. */
  private static final int PAIR_COST = 40;

  /** Estimated: so much weight of its pair, which stands in traffic by chance, adds 1 to a pass. */
  private static final int WEIGHT_FOR_COST = 4;

  /** With more passes than these, octets that are full of candidates become too costly. */
  private static final int MOST_PASSES = 6;

  /** Measured, in 1/1000 ns: one look-up of a block. */
  private static final int BLOCK_COST = 1_000;

  /** What each string adds because its blocks of 1 to 4 octets stand in ordinary text by chance. */
  private static final int[] CHANCE_COST = {200, 15, 2, 1};

  /** Makes the cheapest filter for {@code strings}: at least one, each of 1 octet or more. */
  public static CandidateScan of(List<Octets> strings) {
    int least = strings.stream().mapToInt(Octets::length).min().orElse(0);
    if (least == 0) {
      throw new IllegalArgumentException("a candidate scan needs strings of 1 octet or more");
    }
    List<Octets> byLength =
        strings.stream().sorted(Comparator.comparingInt(Octets::length)).toList();
    int best = 0;
    for (int paired = 1; paired <= Math.min(strings.size(), MOST_PASSES); paired++) {
      best = cost(byLength, paired) < cost(byLength, best) ? paired : best;
    }
    return of(byLength.subList(0, best), byLength.subList(best, byLength.size()));
  }

  private static CandidateScan of(List<Octets> paired, List<Octets> others) {
    if (others.isEmpty()) {
      return new OctetPairScan(paired, LONGEST_PREFIX);
    }
    int prefix = prefixOf(others);
    BlockScan blocks = new BlockScan(others, prefix, cheapestBlock(prefix, others.size()));
    return paired.isEmpty()
        ? blocks
        : new SplitScan(new OctetPairScan(paired, LONGEST_PREFIX), blocks);
  }

  /**
   * The first place in [from, length) at which a string may start, or the length of the view if
   * there is none. The places up to {@link #stop} may be starts too; none of them is reported
   * again.
   */
  public final int next(OctetView view, int from) {
    return switch (view) {
      case MemoryView memory -> next(memory, from, memory.length());
    };
  }

  /**
   * The end of the run of places that begins at {@code at}, an answer of {@link #next}. The last
   * run reaches to the end of the view: what begins there may go on behind it.
   */
  public final int stop(OctetView view, int at) {
    return steps(view.length() - at) > 0 ? at + 1 : view.length();
  }

  /** How many steps fit into {@code octets} octets; 0 or less if none does. */
  abstract int steps(int octets);

  /**
   * The first place from {@code from} on with the first octets of a string, or one in front of
   * which there is none: at {@code before} or behind it, or the first that no step covers.
   */
  abstract int next(MemoryView view, int from, int before);

  /** Of looking for the first {@code paired} strings as pairs and for the others by blocks. */
  private static int cost(List<Octets> byLength, int paired) {
    int cost =
        byLength.stream()
            .limit(paired)
            .map(string -> OctetPair.rarestOf(string, LONGEST_PREFIX))
            .distinct()
            .mapToInt(pair -> PAIR_COST + pair.weight() / WEIGHT_FOR_COST)
            .sum();
    List<Octets> others = byLength.subList(paired, byLength.size());
    if (others.isEmpty()) {
      return cost;
    }
    int prefix = prefixOf(others);
    return cost + blockCost(prefix, cheapestBlock(prefix, others.size()), others.size());
  }

  /** {@code byLength} begins with a shortest string. */
  private static int prefixOf(List<Octets> byLength) {
    return Math.min(byLength.getFirst().length(), LONGEST_PREFIX);
  }

  private static int cheapestBlock(int prefix, int strings) {
    int best = 1;
    for (int block = 2; block <= Math.min(prefix, CHANCE_COST.length); block++) {
      best = blockCost(prefix, block, strings) < blockCost(prefix, best, strings) ? block : best;
    }
    return best;
  }

  private static int blockCost(int prefix, int block, int strings) {
    return BLOCK_COST / BlockScan.widthOf(prefix, block) + strings * CHANCE_COST[block - 1];
  }
}
