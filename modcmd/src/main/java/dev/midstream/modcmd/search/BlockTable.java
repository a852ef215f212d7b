package dev.midstream.modcmd.search;

import dev.midstream.modcmd.agent.MemoryView;
import dev.midstream.modcmd.command.Octets;
import dev.midstream.modcmd.search.Starts.Start;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The blocks of several strings by their hash, and the strings that hold each of them. */
final class BlockTable {
  /*
   * A block is read as four octets; the factor of its hash is shifted so far that octets beyond the
   * block fall out.
   */

  static final int SLOTS = 1 << 16;

  private static final int SHIFT = Integer.SIZE - 16;
  private static final int SPREAD = 0x9E3779B1;

  private final int spread;
  private final byte[] held = new byte[SLOTS];

  /** Where the starts of each slot begin; those of the next begin where they end. */
  private final int[] firstOfSlot = new int[SLOTS + 1];

  private final Starts starts;

  /**
   * Takes the {@code width} blocks of {@code block} octets, 1 to 4, that each string begins with.
   */
  BlockTable(List<Octets> strings, int width, int block) {
    spread = SPREAD << (Integer.SIZE - Byte.SIZE * block);
    List<Held> all =
        strings.stream()
            .flatMap(string -> IntStream.range(0, width).mapToObj(at -> held(string, at, block)))
            .distinct()
            .sorted(Comparator.comparingInt(Held::slot))
            .toList();
    starts = new Starts(all.stream().map(Held::start).toList());
    for (Held one : all) {
      held[one.slot()] = 1;
      firstOfSlot[one.slot() + 1]++;
    }
    for (int slot = 0; slot < SLOTS; slot++) {
      firstOfSlot[slot + 1] += firstOfSlot[slot];
    }
  }

  /** The factor for {@link #slotOf}. */
  int spread() {
    return spread;
  }

  /**
   * For each of the {@link #SLOTS} slots 1 if a string holds a block of that hash; not to change.
   */
  byte[] held() {
    return held;
  }

  /**
   * Adds the places where strings start that hold the block of {@code slot}, found at {@code at}.
   */
  void addStarts(MemoryView view, int at, int slot, Candidates candidates) {
    starts.add(firstOfSlot[slot], firstOfSlot[slot + 1], view, at, candidates);
  }

  /** The slot of the block that {@code octets} begin with. */
  static int slotOf(int octets, int spread) {
    return (octets * spread) >>> SHIFT;
  }

  private Held held(Octets string, int at, int block) {
    int value = 0;
    for (int i = 0; i < block; i++) {
      value |= Byte.toUnsignedInt(string.at(at + i)) << (Byte.SIZE * i);
    }
    return new Held(slotOf(value, spread), Start.of(string, at));
  }

  /** A block of a string. */
  private record Held(int slot, Start start) {}
}
