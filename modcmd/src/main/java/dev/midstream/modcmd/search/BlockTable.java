package dev.midstream.modcmd.search;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.MemoryView;
import dev.midstream.modcmd.search.Starts.Start;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The blocks of several strings by hash, and the strings that contain each of them. */
final class BlockTable {
  /*
   * A block is read as four octets. The hash factor is shifted so that octets beyond the block do
   * not affect the hash.
   */

  static final int SLOTS = 1 << 16;

  private static final int SHIFT = Integer.SIZE - 16;
  private static final int SPREAD = 0x9E3779B1;

  private final int spread;
  private final byte[] held = new byte[SLOTS];

  /**
   * The index of the first start of each slot; the starts of a slot end where those of the next
   * begin.
   */
  private final int[] firstOfSlot = new int[SLOTS + 1];

  private final Starts starts;

  /** Indexes the first {@code width} blocks of {@code block} octets, 1 to 4, of each string. */
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
   * For each of the {@link #SLOTS} slots, 1 if a string contains a block with that hash; read-only.
   */
  byte[] held() {
    return held;
  }

  /** Adds the starts of the strings that contain the block of {@code slot}, found at {@code at}. */
  void addStarts(MemoryView view, int at, int slot, Candidates candidates) {
    starts.add(firstOfSlot[slot], firstOfSlot[slot + 1], view, at, candidates);
  }

  /** The slot of the block at the front of {@code octets}. */
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

  /** A block that a string contains. */
  private record Held(int slot, Start start) {}
}
