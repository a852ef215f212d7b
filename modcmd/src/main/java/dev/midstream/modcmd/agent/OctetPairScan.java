package dev.midstream.modcmd.agent;

import dev.midstream.modcmd.command.Octets;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;

/** Looks for two octets of each string at their distance, eight places at a time. */
final class OctetPairScan extends CandidateScan {
  /*
   * With w(p) the eight octets from p, and a and b the octets at places i and j of a string, the
   * octets of (w(p + i) ^ a) | (w(p + j) ^ b) that are zero are the places where it may start.
   *
   * A chunk is marked as a whole, without a way out of the loop, so that the compiler makes vector
   * code of it; then the marks are looked through. The loop stands here twice, for native and for
   * heap memory: as one loop it would see both kinds of segment and become ten times slower.
   */

  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /**
   * Starts are often close together: so long is the first chunk, each other twice the one before.
   */
  private static final int FIRST_STEPS = 64;

  private static final int MOST_STEPS = MemoryView.MARKS;
  private static final int MARKS_AT_ONCE = 16;

  private final Pass[] passes;
  private final StartOctets[] starts;
  private final int reach;

  /** Scans for {@code strings} by the rarest pairs of their first {@code prefix} octets at most. */
  OctetPairScan(List<Octets> strings, int prefix) {
    passes =
        strings.stream()
            .map(string -> OctetPair.rarestOf(string, prefix))
            .distinct()
            .map(Pass::of)
            .toArray(Pass[]::new);
    starts = strings.stream().map(StartOctets::of).distinct().toArray(StartOctets[]::new);
    int last = Stream.of(passes).mapToInt(Pass::secondPlace).max().orElse(0);
    reach = Math.max(last, Long.BYTES - 1);
  }

  @Override
  int steps(int octets) {
    return (octets - reach) / Long.BYTES;
  }

  @Override
  int next(MemoryView view, int from, int before) {
    int at = from;
    int left = steps(view.length() - from);
    int asked = from == 0 ? MOST_STEPS : FIRST_STEPS;
    while (left > 0 && at < before) {
      int steps = Math.min(Math.min(asked, left), Math.ceilDiv(before - at, Long.BYTES));
      int start = mark(view, at, steps) ? firstStart(view, at, steps) : -1;
      if (start >= 0) {
        return start;
      }
      at += steps * Long.BYTES;
      left -= steps;
      asked = Math.min(2 * asked, MOST_STEPS);
    }
    return at;
  }

  /** Marks the places of {@code steps} steps where a pass finds its pair; whether there are any. */
  private boolean mark(MemoryView view, int at, int steps) {
    MemorySegment memory = view.memory();
    long from = view.memoryOffset() + at;
    long[] marks = view.marks();
    long any = 0;
    for (int i = 0; i < passes.length; i++) {
      long kept = i == 0 ? 0 : -1;
      any |=
          memory.isNative()
              ? markNative(memory, from, steps, passes[i], marks, kept)
              : markHeap(memory, from, steps, passes[i], marks, kept);
    }
    return any != 0;
  }

  private static long markNative(
      MemorySegment memory, long from, int steps, Pass pass, long[] marks, long kept) {
    long first = pass.first();
    long second = pass.second();
    long firstAt = from + pass.firstPlace();
    long secondAt = from + pass.secondPlace();
    long any = 0;
    for (int step = 0; step < steps; step++) {
      long octets = memory.get(MemoryView.EIGHT, firstAt + (long) step * Long.BYTES) ^ first;
      octets |= memory.get(MemoryView.EIGHT, secondAt + (long) step * Long.BYTES) ^ second;
      long places = ~(((octets & ~HIGH_BITS) + ~HIGH_BITS) | octets) & HIGH_BITS;
      marks[step] = (marks[step] & kept) | places;
      any |= places;
    }
    return any;
  }

  private static long markHeap(
      MemorySegment memory, long from, int steps, Pass pass, long[] marks, long kept) {
    long first = pass.first();
    long second = pass.second();
    long firstAt = from + pass.firstPlace();
    long secondAt = from + pass.secondPlace();
    long any = 0;
    for (int step = 0; step < steps; step++) {
      long octets = memory.get(MemoryView.EIGHT, firstAt + (long) step * Long.BYTES) ^ first;
      octets |= memory.get(MemoryView.EIGHT, secondAt + (long) step * Long.BYTES) ^ second;
      long places = ~(((octets & ~HIGH_BITS) + ~HIGH_BITS) | octets) & HIGH_BITS;
      marks[step] = (marks[step] & kept) | places;
      any |= places;
    }
    return any;
  }

  /** The first marked place of {@code steps} steps from {@code from} with the octets of a start. */
  private int firstStart(MemoryView view, int from, int steps) {
    long[] marks = view.marks();
    for (int step = marked(marks, 0, steps); step < steps; step = marked(marks, step + 1, steps)) {
      for (long places = marks[step]; places != 0; places &= places - 1) {
        int inStep = Long.numberOfTrailingZeros(places) / Byte.SIZE;
        int place = from + step * Long.BYTES + inStep;
        if (isStart(view.eightAt(place))) {
          return place;
        }
      }
    }
    return -1;
  }

  /** The first step from {@code from} on with a mark, {@code steps} if none has one. */
  private static int marked(long[] marks, int from, int steps) {
    int step = from;
    while (step <= steps - MARKS_AT_ONCE && !isAnyMarked(marks, step)) {
      step += MARKS_AT_ONCE;
    }
    while (step < steps && marks[step] == 0) {
      step++;
    }
    return step;
  }

  private static boolean isAnyMarked(long[] marks, int from) {
    long any = 0;
    for (int i = 0; i < MARKS_AT_ONCE; i++) {
      any |= marks[from + i];
    }
    return any != 0;
  }

  private boolean isStart(long octets) {
    for (StartOctets start : starts) {
      if (start.begin(octets)) {
        return true;
      }
    }
    return false;
  }

  /** A pair to look for, each of its octets eight times. */
  private record Pass(long first, int firstPlace, long second, int secondPlace) {
    static Pass of(OctetPair pair) {
      return new Pass(
          eightOf(pair.first()), pair.firstPlace(), eightOf(pair.second()), pair.secondPlace());
    }

    private static long eightOf(byte octet) {
      return LOW_BITS * Byte.toUnsignedLong(octet);
    }
  }
}
