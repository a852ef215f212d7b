package dev.midstream.agents.substitute;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.search.pattern.OctetPattern;
import java.util.List;
import java.util.stream.IntStream;

/** The pairs of one direction in list order, indexed by their first octet. Immutable. */
final class PairTable {
  /** No pair matches here. */
  static final long NONE = Find.NONE;

  /** More octets are needed to decide which pair matches here, if any. */
  static final long UNDECIDED = Find.UNDECIDED;

  private static final int FIRST_OCTETS = 256;

  /** In place of the index of a pair among the limited ones. */
  private static final int UNLIMITED = -1;

  private final Pair[] pairs;
  private final Find[] finds;

  /** The index of each pair among the limited ones, which {@link Memory} counts. */
  private final int[] limitedIndex;

  private final int limited;
  private final boolean startsWords;
  private final int[][] byFirst = new int[FIRST_OCTETS][];
  private final boolean[] isFirst = new boolean[FIRST_OCTETS];

  /**
   * One bit for each two octets, read as a little-endian number: set if a pair starts with them.
   */
  private final long[] isStart = new long[FIRST_OCTETS * FIRST_OCTETS / Long.SIZE];

  /** A table of {@code list}, of whose matches {@code prefixes} has the first octets. */
  PairTable(List<Pair> list, List<List<Octets>> prefixes) {
    pairs = list.toArray(Pair[]::new);
    finds = list.stream().map(Pair::find).toArray(Find[]::new);
    limitedIndex = new int[pairs.length];
    int count = 0;
    for (int pair = 0; pair < pairs.length; pair++) {
      limitedIndex[pair] = pairs[pair].isLimited() ? count++ : UNLIMITED;
    }
    limited = count;
    startsWords = list.stream().anyMatch(Pair::startsWord);
    for (int first = 0; first < FIRST_OCTETS; first++) {
      byFirst[first] = pairsThatStartWith((byte) first, prefixes);
      isFirst[first] = byFirst[first].length > 0;
    }
    prefixes.forEach(all -> all.forEach(this::addStart));
  }

  /**
   * The first position in [from, stop) where the first two octets of a pair occur, or only its
   * first octet at the end of the view. {@code stop} if there is none.
   */
  int startIn(OctetView view, int from, int stop) {
    int lastWord = view.length() - Long.BYTES;
    int at = from;
    while (at < stop && lastWord >= 0 && at < view.length() - 1) {
      int word = Math.min(at, lastWord);
      int wordStop = Math.min(word + Long.BYTES - 1, stop);
      long octets = view.eightAt(word) >>> (Byte.SIZE * (at - word));
      for (; at < wordStop; at++, octets >>>= Byte.SIZE) {
        int two = (int) octets & 0xFFFF;
        if ((isStart[two / Long.SIZE] >>> two & 1) != 0) {
          return at;
        }
      }
    }
    while (at < stop && !isFirst[Byte.toUnsignedInt(view.at(at))]) {
      at++;
    }
    return at;
  }

  /**
   * The match that starts at {@code at}, as an argument for the other methods, {@link #NONE} or
   * {@link #UNDECIDED}. If {@code isLast}, no octets follow the view and the result is never {@link
   * #UNDECIDED}.
   */
  long matchAt(OctetView view, int at, boolean isLast, Memory memory) {
    for (int pair : byFirst[Byte.toUnsignedInt(view.at(at))]) {
      if (isIgnored(pair, view, at, memory)) {
        continue;
      }
      int length = finds[pair].lengthAt(view, at, isLast);
      if (length != Find.NONE) {
        return length == Find.UNDECIDED ? UNDECIDED : (long) pair << Integer.SIZE | length;
      }
    }
    return NONE;
  }

  /** The number of octets of {@code match}. */
  int length(long match) {
    return (int) match;
  }

  /** The replacement of {@code match}. */
  Octets replacement(long match) {
    return pairs[pairOf(match)].replacement();
  }

  /** What is known after the replacement of {@code match}. */
  Memory counting(Memory memory, long match) {
    int index = limitedIndex[pairOf(match)];
    return index == UNLIMITED ? memory : memory.counting(index);
  }

  /** What is known when the octet {@code end - 1} of {@code view} is the last decided one. */
  Memory after(Memory memory, OctetView view, int end) {
    return startsWords && end > 0 ? memory.after(OctetPattern.isWord(view.at(end - 1))) : memory;
  }

  /** What is known before the first octet. */
  Memory initialMemory() {
    return Memory.initial(limited);
  }

  /** Whether no pair can match any more. */
  boolean isSpent(Memory memory) {
    boolean isSpent = limited == pairs.length;
    for (int pair = 0; isSpent && pair < pairs.length; pair++) {
      isSpent = isSpent(pair, memory);
    }
    return isSpent;
  }

  private boolean isIgnored(int pair, OctetView view, int at, Memory memory) {
    return isSpent(pair, memory) || (pairs[pair].startsWord() && isInWord(view, at, memory));
  }

  private boolean isSpent(int pair, Memory memory) {
    int index = limitedIndex[pair];
    return index != UNLIMITED && memory.made().get(index) >= pairs[pair].limit();
  }

  private static boolean isInWord(OctetView view, int at, Memory memory) {
    return at == 0 ? memory.isInWord() : OctetPattern.isWord(view.at(at - 1));
  }

  private static int pairOf(long match) {
    return (int) (match >>> Integer.SIZE);
  }

  private static int[] pairsThatStartWith(byte first, List<List<Octets>> prefixes) {
    return IntStream.range(0, prefixes.size())
        .filter(pair -> prefixes.get(pair).stream().anyMatch(prefix -> prefix.at(0) == first))
        .toArray();
  }

  private void addStart(Octets prefix) {
    for (int second = 0; second < FIRST_OCTETS; second++) {
      if (prefix.length() == 1 || prefix.at(1) == (byte) second) {
        int two = second << Byte.SIZE | Byte.toUnsignedInt(prefix.at(0));
        isStart[two / Long.SIZE] |= 1L << two;
      }
    }
  }
}
