package dev.midstream.agents.substitute;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.OctetView;
import dev.midstream.modcmd.search.CandidateScan;
import java.util.List;

/**
 * Replaces the pairs of one direction. The leftmost match counts, then the first pair of the list.
 * Matches never overlap, and replacements are not searched. Immutable.
 */
final class Substitution {
  /*
   * All octets from the first undecided position are held: an earlier pair of the list could start
   * there, even if a later, shorter pair already matches. All positions before it are final, so the
   * result does not depend on how the stream is cut into views.
   */

  private final PairTable pairs;
  private final CandidateScan scan;

  /** Creates the substitution for one pair or more, in list order. */
  Substitution(List<Pair> pairs) {
    this.pairs = new PairTable(pairs);
    scan = CandidateScan.of(pairs.stream().map(Pair::find).toList());
  }

  /** Decides the octets of the view up to the first undecided position. */
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
   * The first position in [from, stop) where a pair starts or may start; {@code stop} if there is
   * none.
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
