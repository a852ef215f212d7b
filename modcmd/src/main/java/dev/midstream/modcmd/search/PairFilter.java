package dev.midstream.modcmd.search;

import dev.midstream.modcmd.agent.MemoryView;
import dev.midstream.modcmd.command.Octets;
import dev.midstream.modcmd.search.Starts.Start;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Looks for two octets of each string, at one distance in all of them, many places at a time. */
final class PairFilter implements Filter {
  /*
   * With w(p) the eight octets from p, d the distance and a, b the octets of a pair, the octets of
   * x = (w(p) ^ a) | (w(p + d) ^ b) that are zero are the places of the pair. (x - 01..01) & ~x has
   * the highest bit of each of them, and of few others, which is enough for a filter.
   *
   * A part is marked as a whole, without a way out of the loop, so that the compiler makes vector
   * code of it; then the marks are looked through. All strings have their pairs at one distance
   * because with eight loads in place of two the loop becomes too long for that. The loops stand
   * here twice, for native and for heap memory: as one loop it would see both kinds of segment and
   * become ten times slower.
   */

  /** So many pairs are looked for in one pass. */
  static final int MAX_STRINGS = 4;

  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** So many steps have as many places as a number has bits. */
  private static final int WORD = Long.SIZE / Long.BYTES;

  /** Measured, in 1/1000 ns per octet: a pass for one pair, and one for two to four. */
  private static final int SINGLE_COST = 35;

  private static final int COST = 60;

  /** Estimated: so much weight of a pair, which stands in traffic by chance, adds 1 to the cost. */
  private static final int WEIGHT_FOR_COST = 3;

  private final OctetPair[] pairs;
  private final Starts starts;
  private final long[] firsts;
  private final long[] seconds;
  private final int distance;
  private final int firstPlace;
  private final int lastPlace;

  /** Looks for up to {@link #MAX_STRINGS} strings by pairs in their first {@code prefix} octets. */
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

  /** About what it costs per octet of the view, in 1/1000 ns. */
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
   * Marks the places of {@code steps} steps from {@code at} where a pair stands; 0 if none does.
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

  /** Writes the first step of each {@link #WORD} with a mark to {@code marked}; how many. */
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

  /** The marks of {@link #WORD} steps: the ith of the octets of step s is bit i * WORD + s. */
  private static long placesOf(long[] marks, int word) {
    long places = 0;
    for (int i = 0; i < WORD; i++) {
      places |= marks[word + i] >>> (WORD - 1 - i);
    }
    return places;
  }

  /**
   * The highest bit of each octet that is zero, and of few others; all other bits are arbitrary.
   */
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
