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
   * A chunk is first asked as a whole, without a way out of the loop, so that the compiler makes
   * vector code of it; if it holds a pair, its parts are, and only of a part that holds one the steps
   * are looked at one by one. The loop stands here twice, for native and for heap memory: as one
   * loop it would see both kinds of segment and become ten times slower.
   */

  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** A part of a chunk. Starts are often close together: so long is the first look behind one. */
  private static final int FIRST_STEPS = 32;

  private static final int MOST_STEPS = 512;

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
      asked = Math.min(Math.min(asked, left), Math.ceilDiv(before - at, Long.BYTES));
      int start = mayHold(view, at, asked) ? firstStart(view, at, asked) : -1;
      if (start >= 0) {
        return start;
      }
      at += asked * Long.BYTES;
      left -= asked;
      asked = MOST_STEPS;
    }
    return at;
  }

  private boolean mayHold(MemoryView view, int at, int steps) {
    MemorySegment memory = view.memory();
    long from = view.memoryOffset() + at;
    long end = from + (long) steps * Long.BYTES;
    for (Pass pass : passes) {
      long marks =
          memory.isNative()
              ? marksInNative(memory, from, end, pass)
              : marksInHeap(memory, from, end, pass);
      if (marks != 0) {
        return true;
      }
    }
    return false;
  }

  private static long marksInNative(MemorySegment memory, long from, long end, Pass pass) {
    long first = pass.first();
    long second = pass.second();
    int firstPlace = pass.firstPlace();
    int secondPlace = pass.secondPlace();
    long marks = 0;
    for (long at = from; at < end; at += Long.BYTES) {
      long octets = memory.get(MemoryView.EIGHT, at + firstPlace) ^ first;
      octets |= memory.get(MemoryView.EIGHT, at + secondPlace) ^ second;
      marks |= (octets - LOW_BITS) & ~octets & HIGH_BITS;
    }
    return marks;
  }

  private static long marksInHeap(MemorySegment memory, long from, long end, Pass pass) {
    long first = pass.first();
    long second = pass.second();
    int firstPlace = pass.firstPlace();
    int secondPlace = pass.secondPlace();
    long marks = 0;
    for (long at = from; at < end; at += Long.BYTES) {
      long octets = memory.get(MemoryView.EIGHT, at + firstPlace) ^ first;
      octets |= memory.get(MemoryView.EIGHT, at + secondPlace) ^ second;
      marks |= (octets - LOW_BITS) & ~octets & HIGH_BITS;
    }
    return marks;
  }

  /** The first place of {@code steps} steps from {@code from} with the octets of a start, or -1. */
  private int firstStart(MemoryView view, int from, int steps) {
    int at = from;
    for (int left = steps; left > 0; left -= FIRST_STEPS) {
      int part = Math.min(left, FIRST_STEPS);
      int start = part == steps || mayHold(view, at, part) ? firstStartIn(view, at, part) : -1;
      if (start >= 0) {
        return start;
      }
      at += part * Long.BYTES;
    }
    return -1;
  }

  private int firstStartIn(MemoryView view, int from, int steps) {
    int end = from + steps * Long.BYTES;
    for (int at = from; at < end; at += Long.BYTES) {
      for (long places = placesAt(view, at); places != 0; places &= places - 1) {
        int place = at + Long.numberOfTrailingZeros(places) / Byte.SIZE;
        if (isStart(view.eightAt(place))) {
          return place;
        }
      }
    }
    return -1;
  }

  /** The highest bit of each of the eight octets from {@code at} where a pass finds its pair. */
  private long placesAt(MemoryView view, int at) {
    long places = 0;
    for (Pass pass : passes) {
      long octets = view.eightAt(at + pass.firstPlace()) ^ pass.first();
      octets |= view.eightAt(at + pass.secondPlace()) ^ pass.second();
      places |= ~(((octets & ~HIGH_BITS) + ~HIGH_BITS) | octets) & HIGH_BITS;
    }
    return places;
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
