package dev.midstream.modcmd.search;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.MemoryView;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The first octets of strings, each with the position in the string that a filter searches for.
 * Immutable.
 */
final class Starts {
  private final long[] octets;
  private final long[] masks;
  private final int[] places;

  Starts(List<Start> all) {
    octets = all.stream().mapToLong(Start::octets).toArray();
    masks = all.stream().mapToLong(Start::mask).toArray();
    places = all.stream().mapToInt(Start::place).toArray();
  }

  /**
   * Adds each start of [from, to) that the view contains, given that the filter found its octets at
   * {@code at}.
   */
  void add(int from, int to, MemoryView view, int at, Candidates candidates) {
    MemorySegment memory = view.memory();
    long viewAt = view.memoryOffset();
    for (int i = from; i < to; i++) {
      int place = at - places[i];
      if (candidates.isWithin(place)
          && (memory.get(Filter.EIGHT, viewAt + place) & masks[i]) == octets[i]) {
        candidates.add(place);
      }
    }
  }

  /**
   * The first octets of a string, at most eight, as a little-endian number with a mask, and a
   * position in the string.
   */
  record Start(long octets, long mask, int place) {
    static Start of(Octets string, int place) {
      long octets = 0;
      long mask = 0;
      for (int i = Math.min(string.length(), Long.BYTES) - 1; i >= 0; i--) {
        octets = octets << Byte.SIZE | Byte.toUnsignedLong(string.at(i));
        mask = mask << Byte.SIZE | 0xFF;
      }
      return new Start(octets, mask, place);
    }
  }
}
