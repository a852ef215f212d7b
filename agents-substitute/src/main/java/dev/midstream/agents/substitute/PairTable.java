package dev.midstream.agents.substitute;

import dev.midstream.modcmd.agent.OctetView;
import dev.midstream.modcmd.command.Octets;
import java.util.List;
import java.util.stream.IntStream;

/** The pairs of one direction in the order of the list, reached by their first octet. Immutable. */
final class PairTable {
  /** No pair starts here, whatever follows. */
  static final int NONE = -1;

  /** More octets decide which pair starts here, or whether one does. */
  static final int UNDECIDED = -2;

  private static final int FIRST_OCTETS = 256;

  private final byte[][] finds;
  private final Octets[] replacements;
  private final int[][] byFirst = new int[FIRST_OCTETS][];
  private final boolean[] isFirst = new boolean[FIRST_OCTETS];

  /** A bit for each two octets, as a little-endian number. */
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
   * The first place in [from, stop) with the first two octets of any pair, or the first if the view
   * ends there; {@code stop} if none has.
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
   * Which pair starts at {@code at} of the view: a number for the other methods, {@link #NONE} or
   * {@link #UNDECIDED}. If {@code isLast}, nothing follows the view and no answer is open.
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

  /** Length of the find string of {@code pair}. */
  int findLength(int pair) {
    return finds[pair].length;
  }

  /** What takes the place of the find string of {@code pair}. */
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
