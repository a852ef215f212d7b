package dev.midstream.agents.smtp;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.search.CandidateScan;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is changed in messages. Texts have one character for each octet.
 *
 * @param added whole lines that are put before the header of a message
 * @param removed names of fields, in lower case
 * @param replaced new values of fields, by their names in lower case
 * @param pairs strings in text parts, and what is put in their place
 * @param limits how much is held and remembered
 * @param scan finds candidates of the pairs; null without pairs
 */
record Edits(
    String added,
    Set<String> removed,
    Map<String, String> replaced,
    List<Pair> pairs,
    MessageLimits limits,
    @Nullable CandidateScan scan) {

  private static final int LINE_END_BYTES = 2;

  /**
   * A string, and what is put in its place.
   *
   * @param find not empty
   */
  record Pair(String find, String by) {}

  Edits {
    removed = Set.copyOf(removed);
    replaced = Map.copyOf(replaced);
    pairs = List.copyOf(pairs);
  }

  static Edits of(
      String added,
      Set<String> removed,
      Map<String, String> replaced,
      List<Pair> pairs,
      MessageLimits limits) {
    List<Octets> strings = pairs.stream().map(pair -> Octets.ofLatin1(pair.find())).toList();
    CandidateScan scan = strings.isEmpty() ? null : CandidateScan.of(strings);
    return new Edits(added, removed, replaced, pairs, limits, scan);
  }

  boolean isAny() {
    return !added.isEmpty() || !removed.isEmpty() || !replaced.isEmpty() || !pairs.isEmpty();
  }

  /** Octets that a message becomes longer if each field is added and replaced once. */
  long addedBytes() {
    int ofHeader = added.isEmpty() ? 0 : added.length() + LINE_END_BYTES;
    return ofHeader + replaced.values().stream().mapToLong(value -> value.length() + 1).sum();
  }

  /** The first position from {@code from} on where a string may start; the length if none. */
  int candidate(OctetView view, int from) {
    return scan == null ? view.length() : scan.next(view, from);
  }

  /** The end of the run of candidates that begins at {@code at}. */
  int candidatesEnd(OctetView view, int at) {
    return scan == null ? view.length() : scan.stop(view, at);
  }

  /** The text with all pairs replaced: the leftmost match counts, then the first pair. */
  String substituted(String text) {
    StringBuilder after = null;
    int done = 0;
    int at = 0;
    while (at < text.length()) {
      Pair match = matchAt(text, at);
      if (match == null) {
        at++;
        continue;
      }
      after = after == null ? new StringBuilder() : after;
      after.append(text, done, at).append(match.by());
      at += match.find().length();
      done = at;
    }
    return after == null ? text : after.append(text, done, text.length()).toString();
  }

  private @Nullable Pair matchAt(String text, int at) {
    for (Pair pair : pairs) {
      if (text.startsWith(pair.find(), at)) {
        return pair;
      }
    }
    return null;
  }
}
