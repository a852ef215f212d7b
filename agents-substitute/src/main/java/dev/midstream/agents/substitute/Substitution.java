package dev.midstream.agents.substitute;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.search.CandidateScan;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** Null if matches may begin with too many strings. */
  private final @Nullable CandidateScan scan;

  /** Creates the substitution for one pair or more, in list order. */
  Substitution(List<Pair> list) {
    int limit = Math.min(PairLimits.PREFIXES, PairLimits.ALL_PREFIXES / list.size());
    List<List<Octets>> prefixes = list.stream().map(pair -> pair.find().prefixes(limit)).toList();
    pairs = new PairTable(list, prefixes);
    boolean isScanned = prefixes.stream().allMatch(all -> all.size() <= limit);
    scan = isScanned ? CandidateScan.of(prefixes.stream().flatMap(List::stream).toList()) : null;
  }

  /** What is known before the first octet. */
  Memory initialMemory() {
    return pairs.initialMemory();
  }

  /**
   * Decides the octets of the view up to the first undecided position.
   *
   * @param before what is known of the octets before the view
   * @return what is known of all decided octets; the same instance if nothing changed
   */
  Memory decide(Memory before, OctetView view, Decisions out) {
    boolean isLast = view.endOfStream() || view.flush();
    Memory memory = before;
    int decided = 0;
    int from = 0;
    while (from < view.length()) {
      if (pairs.isSpent(memory)) {
        out.skipRest();
        return memory;
      }
      int run = scan == null ? from : scan.next(view, from);
      int stop = scan == null ? view.length() : scan.stop(view, run);
      int at = firstMatchIn(view, run, stop, isLast, memory);
      if (at == stop) {
        from = stop;
        continue;
      }
      pass(at - decided, out);
      long match = pairs.matchAt(view, at, isLast, memory);
      if (match == PairTable.UNDECIDED) {
        return pairs.after(memory, view, at);
      }
      out.replace(pairs.length(match), pairs.replacement(match));
      memory = pairs.counting(memory, match);
      decided = at + pairs.length(match);
      from = decided;
    }
    pass(view.length() - decided, out);
    return pairs.after(memory, view, view.length());
  }

  /**
   * The first position in [from, stop) where a pair matches or may match; {@code stop} if there is
   * none.
   */
  private int firstMatchIn(OctetView view, int from, int stop, boolean isLast, Memory memory) {
    int at = pairs.startIn(view, from, stop);
    while (at < stop && pairs.matchAt(view, at, isLast, memory) == PairTable.NONE) {
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
