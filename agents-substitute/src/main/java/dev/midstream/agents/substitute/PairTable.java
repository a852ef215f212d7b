package dev.midstream.agents.substitute;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import java.util.List;
import java.util.stream.IntStream;

/** The pairs of one direction in list order, indexed by their first octet. Immutable. */
final class PairTable {
  /** No pair starts here. */
  static final int NONE = -1;

  /** More octets are needed to decide which pair starts here, if any. */
  static final int UNDECIDED = -2;

  private static final int FIRST_OCTETS = 256;

  private final byte[][] finds;
  private final Octets[] replacements;
  private final int[][] byFirst = new int[FIRST_OCTETS][];
  private final boolean[] isFirst = new boolean[FIRST_OCTETS];

  /**
   * One bit for each two octets, read as a little-endian number: set if a pair starts with them.
   */
  private final long[] isStart = new long[FIRST_OCTETS * FIRST_OCTETS / Long.SIZE];

  PairTable(List<Pair> pairs) {
    finds = pairs.stream().map(pair -> pair.find().toArray()).toArray(byte[][]::new);
    replacements = pairs.stream().map(Pair::replacement).toArray(Octets[]::new);
    for (int first = 0; first < FIRST_OCTETS; first++) {
      byFirst[first] = pairsThatStartWith((byte) first);
      isFirst[first] = byFirst[first].length > 0;
    }
    for (byte[] find : finds) {
      for (int second = 0; second < FIRST_OCTETS; second++) {
        if (find.length == 1 || find[1] == (byte) second) {
          int two = second << Byte.SIZE | Byte.toUnsignedInt(find[0]);
          isStart[two / Long.SIZE] |= 1L << two;
        }
      }
    }
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
   * The pair that starts at {@code at}, as an argument for the other methods, {@link #NONE} or
   * {@link #UNDECIDED}. If {@code isLast}, no octets follow the view and the result is never {@link
   * #UNDECIDED}.
   */
  int pairAt(OctetView view, int at, boolean isLast) {
    int left = view.length() - at;
    for (int pair : byFirst[Byte.toUnsignedInt(view.at(at))]) {
      byte[] find = finds[pair];
      boolean isWhole = find.length <= left;
      if ((isWhole || !isLast) && agrees(view, at, find, Math.min(find.length, left))) {
        return isWhole ? pair : UNDECIDED;
      }
    }
    return NONE;
  }

  /** The length of the find string of {@code pair}. */
  int findLength(int pair) {
    return finds[pair].length;
  }

  /** The replacement of {@code pair}. */
  Octets replacement(int pair) {
    return replacements[pair];
  }

  private static boolean agrees(OctetView view, int at, byte[] find, int count) {
    for (int i = 1; i < count; i++) {
      if (view.at(at + i) != find[i]) {
        return false;
      }
    }
    return true;
  }

  private int[] pairsThatStartWith(byte first) {
    return IntStream.range(0, finds.length).filter(pair -> finds[pair][0] == first).toArray();
  }
}
