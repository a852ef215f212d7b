package dev.midstream.modcmd.search;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.MemoryView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A filter that examines many octets at a time and finds the positions of a view where one of
 * several strings may start. It misses no start; the caller verifies what it reports. Immutable.
 */
public final class CandidateScan {
  /*
   * A filter examines a part of the view at once and sets a bit for each position where it finds
   * the first octets of a string. The scan then returns these positions one by one. There are two
   * kinds of filter, and the cheaper one is chosen. A pair filter compares many positions at a
   * time, but only four pairs of octets in one pass. A block filter looks up blocks of octets in a
   * table; it takes any number of strings, but examines one block at a time. The shortest string
   * limits the distance of the blocks, so the shortest strings may get pair filters and the others
   * a block filter. Only the first MAX_PREFIX octets of a string are examined. A longer prefix
   * would leave more positions near the end of a view to the caller.
   */

  private static final int MAX_PREFIX = 16;

  /**
   * Maximum strings with pair filters; with more of them, octets full of candidates cost too much.
   */
  private static final int MAX_PAIRED = 12;

  /** An array, because the iterator of a list may be allocated in each call. */
  private final Filter[] filters;

  private final int reach;

  private CandidateScan(List<Filter> filters) {
    this.filters = filters.toArray(Filter[]::new);
    reach = filters.stream().mapToInt(Filter::reach).max().orElse(0);
  }

  /** Creates the cheapest scan for {@code strings}: at least one, each of 1 octet or more. */
  public static CandidateScan of(List<Octets> strings) {
    int least = strings.stream().mapToInt(Octets::length).min().orElse(0);
    if (least == 0) {
      throw new IllegalArgumentException("a candidate scan needs strings of 1 octet or more");
    }
    List<Octets> byLength =
        strings.stream().distinct().sorted(Comparator.comparingInt(Octets::length)).toList();
    int best = 0;
    for (int paired = 1; paired <= Math.min(byLength.size(), MAX_PAIRED); paired++) {
      best = cost(byLength, paired) < cost(byLength, best) ? paired : best;
    }
    return new CandidateScan(filters(byLength, best));
  }

  /**
   * The first position in [from, length) where a string may start, or the length of the view if
   * there is none. The positions from there to {@link #stop} may be starts too. The scan does not
   * report them again.
   */
  public int next(OctetView view, int from) {
    return next((MemoryView) view, from);
  }

  /**
   * The end of the run of positions that begins at {@code at}, a result of {@link #next}. The last
   * run reaches to the end of the view, because a string that begins there may continue beyond it.
   */
  public int stop(OctetView view, int at) {
    return at < view.length() - reach ? at + 1 : view.length();
  }

  private int next(MemoryView view, int from) {
    int end = view.length() - reach;
    Candidates candidates = Candidates.of(view);
    int at = from;
    while (at < end) {
      if (!candidates.isScanned(this, at)) {
        candidates.begin(this, at, end);
        for (Filter filter : filters) {
          filter.find(view, candidates);
        }
      }
      at = candidates.next(at);
      if (at < candidates.stop()) {
        return at;
      }
    }
    return at;
  }

  /** Pair filters for the first {@code paired} strings and a block filter for the others. */
  private static List<Filter> filters(List<Octets> byLength, int paired) {
    List<Filter> filters = new ArrayList<>(pairFilters(byLength, paired));
    if (paired < byLength.size()) {
      List<Octets> others = byLength.subList(paired, byLength.size());
      filters.add(BlockFilter.cheapest(others, prefixOf(others)));
    }
    return List.copyOf(filters);
  }

  private static List<PairFilter> pairFilters(List<Octets> byLength, int paired) {
    List<PairFilter> filters = new ArrayList<>();
    for (int from = 0; from < paired; from += PairFilter.MAX_STRINGS) {
      int to = Math.min(from + PairFilter.MAX_STRINGS, paired);
      filters.add(new PairFilter(byLength.subList(from, to), MAX_PREFIX));
    }
    return filters;
  }

  private static int cost(List<Octets> byLength, int paired) {
    int cost = pairFilters(byLength, paired).stream().mapToInt(PairFilter::cost).sum();
    List<Octets> others = byLength.subList(paired, byLength.size());
    return others.isEmpty() ? cost : cost + BlockFilter.cost(others.size(), prefixOf(others));
  }

  /** The examined prefix of {@code byLength}, whose first string is the shortest. */
  private static int prefixOf(List<Octets> byLength) {
    return Math.min(byLength.getFirst().length(), MAX_PREFIX);
  }
}
