package dev.midstream.modcmd.search;

import dev.midstream.modcmd.agent.MemoryView;
import dev.midstream.modcmd.agent.OctetView;
import dev.midstream.modcmd.command.Octets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A filter that finds, many octets at a time, the places of a view where one of several strings may
 * start. It never passes over a start; what it reports still has to be verified. Immutable.
 */
public final class CandidateScan {
  /*
   * Filters look at a part of the view at once and leave a bit for each place where they find the
   * first octets of a string; these are then handed out one after the other. There are two kinds,
   * chosen by what they cost: pairs of octets are compared many places at a time, but only four
   * different ones in one pass; blocks of octets are looked up in a table, however many strings
   * there are, but one by one. The shortest string decides how far apart blocks may be, so the
   * shortest few may be looked for as pairs and the others by blocks. Where to look is chosen in the
   * first LONGEST_PREFIX octets of a string: the longer the prefix, the more places near the end of
   * a view are left to the caller.
   */

  private static final int MAX_PREFIX = 16;

  /**
   * With more strings looked for as pairs, octets that are full of candidates become too costly.
   */
  private static final int MAX_PAIRED = 12;

  private final List<Filter> filters;
  private final int reach;

  private CandidateScan(List<Filter> filters) {
    this.filters = filters;
    reach = filters.stream().mapToInt(Filter::reach).max().orElse(0);
  }

  /** Makes the cheapest filter for {@code strings}: at least one, each of 1 octet or more. */
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
   * The first place in [from, length) at which a string may start, or the length of the view if
   * there is none. The places up to {@link #stop} may be starts too; none of them is reported
   * again.
   */
  public int next(OctetView view, int from) {
    return switch (view) {
      case MemoryView memory -> next(memory, from);
    };
  }

  /**
   * The end of the run of places that begins at {@code at}, an answer of {@link #next}. The last
   * run reaches to the end of the view: what begins there may go on behind it.
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

  /**
   * Filters that look for the first {@code paired} strings as pairs and for the others by blocks.
   */
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

  /** {@code byLength} begins with a shortest string. */
  private static int prefixOf(List<Octets> byLength) {
    return Math.min(byLength.getFirst().length(), MAX_PREFIX);
  }
}
