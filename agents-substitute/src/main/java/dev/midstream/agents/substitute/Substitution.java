package dev.midstream.agents.substitute;

import dev.midstream.modcmd.agent.Decisions;
import dev.midstream.modcmd.agent.OctetView;
import dev.midstream.modcmd.search.CandidateScan;
import java.util.List;

/**
 * Replaces the pairs of one direction: the leftmost match, then the first pair of the list; matches
 * never overlap, and what was put in is not looked at. Immutable.
 */
final class Substitution {
  /*
   * Held is everything from the first place where the answer is still open: an earlier pair of the
   * list could start there, even if a later, shorter one already does. At every place before it the
   * answer is final, so the cuts between views change nothing.
   */

  private final PairTable pairs;
  private final CandidateScan scan;

  /** Takes one pair or more, in the order of the list. */
  Substitution(List<Pair> pairs) {
    this.pairs = new PairTable(pairs);
    scan = CandidateScan.of(pairs.stream().map(Pair::find).toList());
  }

  /** Decides every octet of the view up to the first place where the answer is open. */
  void decide(OctetView view, Decisions out) {
    boolean isLast = view.endOfStream() || view.flush();
    int decided = 0;
    int from = 0;
    while (from < view.length()) {
      int run = scan.next(view, from);
      int stop = scan.stop(view, run);
      int at = firstMatchIn(view, run, stop, isLast);
      if (at == stop) {
        from = stop;
        continue;
      }
      pass(at - decided, out);
      int pair = pairs.pairAt(view, at, isLast);
      if (pair == PairTable.UNDECIDED) {
        return;
      }
      out.replace(pairs.findLength(pair), pairs.replacement(pair));
      decided = at + pairs.findLength(pair);
      from = decided;
    }
    pass(view.length() - decided, out);
  }

  /**
   * The first place in [from, stop) where a pair starts or may start; {@code stop} if none does.
   */
  private int firstMatchIn(OctetView view, int from, int stop, boolean isLast) {
    int at = pairs.startIn(view, from, stop);
    while (at < stop && pairs.pairAt(view, at, isLast) == PairTable.NONE) {
      at = pairs.startIn(view, at + 1, stop);
    }
    return at;
  }

  private static void pass(int count, Decisions out) {
    if (count > 0) {
      out.pass(count);
    }
  }
}
