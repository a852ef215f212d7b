package dev.midstream.modcmd.search;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.MemoryView;
import dev.midstream.modcmd.search.Starts.Start;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Searches for two octets of each string, at one distance for all strings, many positions at a
 * time.
 */
final class PairFilter implements Filter {
  /*
   * Let w(p) be the eight octets from p, d the distance, and a, b the octets of a pair. The zero
   * octets of x = (w(p) ^ a) | (w(p + d) ^ b) are the positions of the pair. (x - 01..01) & ~x sets
   * the highest bit of each of them and of a few others, which is enough for a filter.
   *
   * The whole part is marked without leaving the loop, so that the compiler vectorizes it. Then the
   * marks are examined. All strings share one distance, because eight loads instead of two would
   * make the loop too long to vectorize. The loops exist twice, for native and for heap memory: a
   * shared loop would see both kinds of segment and become ten times slower. They exist for one and
   * for four pairs: a shared loop would call two kinds of comparison and take more than twice as
   * long.
   */

  /** Maximum strings, and so pairs, of one pass. */
  static final int MAX_STRINGS = 4;

  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** The number of steps whose positions fit into one long. */
  private static final int WORD = Long.SIZE / Long.BYTES;

  /** Measured, in 1/1000 ns per octet: a pass for one pair, and a pass for two to four. */
  private static final int SINGLE_COST = 35;

  private static final int COST = 60;

  /** Estimated: the weight of a pair that adds 1 to the cost. */
  private static final int WEIGHT_FOR_COST = 3;

  private final OctetPair[] pairs;
  private final Starts starts;
  private final long[] firsts;
  private final long[] seconds;
  private final int distance;
  private final int firstPlace;
  private final int lastPlace;

  /**
   * Creates a filter for up to {@link #MAX_STRINGS} strings, by pairs in their first {@code prefix}
   * octets.
   */
  PairFilter(List<Octets> strings, int prefix) {
    pairs = rarestPairs(strings, prefix).toArray(OctetPair[]::new);
    starts =
        new Starts(
            IntStream.range(0, pairs.length)
                .mapToObj(i -> Start.of(strings.get(i), pairs[i].place()))
                .toList());
    int last = pairs.length - 1;
    IntStream passes = IntStream.range(0, last == 0 ? 1 : MAX_STRINGS).map(i -> Math.min(i, last));
    int[] pairOf = passes.toArray();
    firsts = IntStream.of(pairOf).mapToLong(i -> eightOf(pairs[i].first())).toArray();
    seconds = IntStream.of(pairOf).mapToLong(i -> eightOf(pairs[i].second())).toArray();
    distance = pairs[0].distance();
    firstPlace = IntStream.of(pairOf).map(i -> pairs[i].place()).min().orElse(0);
    lastPlace = IntStream.of(pairOf).map(i -> pairs[i].place()).max().orElse(0);
  }

  @Override
  public int reach() {
    return lastPlace + distance + Long.BYTES - 1;
  }

  /** The estimated cost, in 1/1000 ns per octet of the view. */
  int cost() {
    return (pairs.length == 1 ? SINGLE_COST : COST) + weight(List.of(pairs)) / WEIGHT_FOR_COST;
  }

  @Override
  public void find(MemoryView view, Candidates candidates) {
    int from = candidates.from() + firstPlace;
    int steps = Math.ceilDiv(candidates.stop() + lastPlace - from, Long.BYTES);
    long[] marks = candidates.marks();
    if (mark(view, from, steps, marks) != 0) {
      Arrays.fill(marks, steps, Math.ceilDiv(steps, WORD) * WORD, 0);
      int[] marked = candidates.slots();
      int count = markedWords(marks, steps, marked);
      for (int i = 0; i < count; i++) {
        int word = marked[i];
        for (long places = placesOf(marks, word); places != 0; places &= places - 1) {
          int place = Long.numberOfTrailingZeros(places);
          int step = word + place % WORD;
          starts.add(0, pairs.length, view, from + step * Long.BYTES + place / WORD, candidates);
        }
      }
    }
  }

  /**
   * Marks the positions where a pair occurs, in {@code steps} steps from {@code at}.
   *
   * @return 0 if there is none
   */
  private long mark(MemoryView view, int at, int steps, long[] marks) {
    MemorySegment memory = view.memory();
    long from = view.memoryOffset() + at;
    if (pairs.length == 1) {
      return memory.isNative()
          ? markOneInNative(memory, from, steps, marks)
          : markOneInHeap(memory, from, steps, marks);
    }
    return memory.isNative()
        ? markInNative(memory, from, steps, marks)
        : markInHeap(memory, from, steps, marks);
  }

  private long markOneInNative(MemorySegment memory, long from, int steps, long[] marks) {
    long first = firsts[0];
    long second = seconds[0];
    long secondFrom = from + distance;
    long any = 0;
    for (int step = 0; step < steps; step++) {
      long octets = memory.get(EIGHT, from + (long) step * Long.BYTES) ^ first;
      octets |= memory.get(EIGHT, secondFrom + (long) step * Long.BYTES) ^ second;
      long places = zeroes(octets) & HIGH_BITS;
      marks[step] = places;
      any |= places;
    }
    return any;
  }

  private long markOneInHeap(MemorySegment memory, long from, int steps, long[] marks) {
    long first = firsts[0];
    long second = seconds[0];
    long secondFrom = from + distance;
    long any = 0;
    for (int step = 0; step < steps; step++) {
      long octets = memory.get(EIGHT, from + (long) step * Long.BYTES) ^ first;
      octets |= memory.get(EIGHT, secondFrom + (long) step * Long.BYTES) ^ second;
      long places = zeroes(octets) & HIGH_BITS;
      marks[step] = places;
      any |= places;
    }
    return any;
  }

  private long markInNative(MemorySegment memory, long from, int steps, long[] marks) {
    long a = firsts[0];
    long b = firsts[1];
    long c = firsts[2];
    long d = firsts[3];
    long a2 = seconds[0];
    long b2 = seconds[1];
    long c2 = seconds[2];
    long d2 = seconds[3];
    long secondFrom = from + distance;
    long any = 0;
    for (int step = 0; step < steps; step++) {
      long octets = memory.get(EIGHT, from + (long) step * Long.BYTES);
      long others = memory.get(EIGHT, secondFrom + (long) step * Long.BYTES);
      long places = zeroes((octets ^ a) | (others ^ a2)) | zeroes((octets ^ b) | (others ^ b2));
      places |= zeroes((octets ^ c) | (others ^ c2)) | zeroes((octets ^ d) | (others ^ d2));
      places &= HIGH_BITS;
      marks[step] = places;
      any |= places;
    }
    return any;
  }

  private long markInHeap(MemorySegment memory, long from, int steps, long[] marks) {
    long a = firsts[0];
    long b = firsts[1];
    long c = firsts[2];
    long d = firsts[3];
    long a2 = seconds[0];
    long b2 = seconds[1];
    long c2 = seconds[2];
    long d2 = seconds[3];
    long secondFrom = from + distance;
    long any = 0;
    for (int step = 0; step < steps; step++) {
      long octets = memory.get(EIGHT, from + (long) step * Long.BYTES);
      long others = memory.get(EIGHT, secondFrom + (long) step * Long.BYTES);
      long places = zeroes((octets ^ a) | (others ^ a2)) | zeroes((octets ^ b) | (others ^ b2));
      places |= zeroes((octets ^ c) | (others ^ c2)) | zeroes((octets ^ d) | (others ^ d2));
      places &= HIGH_BITS;
      marks[step] = places;
      any |= places;
    }
    return any;
  }

  /**
   * Writes the first step of each {@link #WORD} that has a mark to {@code marked}.
   *
   * @return the number of these words
   */
  private static int markedWords(long[] marks, int steps, int[] marked) {
    int count = 0;
    for (int word = 0; word < steps; word += WORD) {
      long any = 0;
      for (int i = 0; i < WORD; i++) {
        any |= marks[word + i];
      }
      marked[count] = word;
      count += (int) ((any | -any) >>> (Long.SIZE - 1));
    }
    return count;
  }

  /** The marks of {@link #WORD} steps: bit i * WORD + s stands for octet i of step s. */
  private static long placesOf(long[] marks, int word) {
    long places = 0;
    for (int i = 0; i < WORD; i++) {
      places |= marks[word + i] >>> (WORD - 1 - i);
    }
    return places;
  }

  /** Sets the highest bit of each zero octet, and of a few others; all other bits are arbitrary. */
  private static long zeroes(long octets) {
    return (octets - LOW_BITS) & ~octets;
  }

  private static List<OctetPair> rarestPairs(List<Octets> strings, int prefix) {
    int shortest = strings.stream().mapToInt(Octets::length).min().orElse(1);
    List<OctetPair> rarest = pairs(strings, prefix, 0);
    for (int distance = 1; distance < Math.min(shortest, prefix); distance++) {
      List<OctetPair> pairs = pairs(strings, prefix, distance);
      rarest = weight(pairs) < weight(rarest) ? pairs : rarest;
    }
    return rarest;
  }

  private static List<OctetPair> pairs(List<Octets> strings, int prefix, int distance) {
    return strings.stream().map(string -> OctetPair.rarestOf(string, prefix, distance)).toList();
  }

  private static int weight(List<OctetPair> pairs) {
    return pairs.stream().mapToInt(OctetPair::weight).sum();
  }

  private static long eightOf(byte octet) {
    return LOW_BITS * Byte.toUnsignedLong(octet);
  }
}
