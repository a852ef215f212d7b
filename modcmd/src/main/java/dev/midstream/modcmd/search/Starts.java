package dev.midstream.modcmd.search;

import dev.midstream.modcmd.agent.MemoryView;
import dev.midstream.modcmd.command.Octets;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** What strings begin with, each with the place in it that a filter looks for. Immutable. */
final class Starts {
  private final long[] octets;
  private final long[] masks;
  private final int[] places;

  /** Those of {@code all}. */
  Starts(List<Start> all) {
    octets = all.stream().mapToLong(Start::octets).toArray();
    masks = all.stream().mapToLong(Start::mask).toArray();
    places = all.stream().mapToInt(Start::place).toArray();
  }

  /**
   * Adds the starts of [from, to) that the view has where the octets at {@code at} are those that
   * the filter looked for.
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
   * Up to eight octets that a string begins with, as a little-endian number under a mask, and a
   * place in the string.
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
