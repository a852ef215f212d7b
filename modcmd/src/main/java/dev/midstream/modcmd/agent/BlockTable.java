package dev.midstream.modcmd.agent;

import dev.midstream.modcmd.command.Octets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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
  private final byte[] marks = new byte[SLOTS];
  private final int[] firstOfSlot = new int[SLOTS];
  private final Holder[] holders;

  /**
   * Takes the {@code width} blocks of {@code block} octets, 1 to 4, that each string begins with.
   */
  BlockTable(List<Octets> strings, int width, int block) {
    spread = SPREAD << (Integer.SIZE - Byte.SIZE * block);
    Set<Holder> distinct = new LinkedHashSet<>();
    for (Octets string : strings) {
      for (int at = 0; at < width; at++) {
        int slot = slotOf(blockOf(string, at, block), spread);
        distinct.add(new Holder(slot, at, StartOctets.of(string)));
      }
    }
    holders = distinct.toArray(Holder[]::new);
    Arrays.sort(
        holders,
        Comparator.comparingInt(Holder::slot)
            .thenComparing(Comparator.comparingInt(Holder::place).reversed()));
    for (int i = holders.length - 1; i >= 0; i--) {
      marks[holders[i].slot()] = 1;
      firstOfSlot[holders[i].slot()] = i;
    }
  }

  /** The factor for {@link #slotOf}. */
  int spread() {
    return spread;
  }

  /**
   * For each of the {@link #SLOTS} slots 1 if a string holds a block of that hash; not to change.
   */
  byte[] marks() {
    return marks;
  }

  /**
   * The first place from which the view has the first octets of a string that holds the block at
   * {@code at}, whose slot is marked; -1 if there is none. Eight octets from {@code at} must lie in
   * the view.
   */
  int firstStart(OctetView view, int at) {
    int slot = slotOf((int) view.eightAt(at), spread);
    for (int i = firstOfSlot[slot]; i < holders.length && holders[i].slot() == slot; i++) {
      int start = at - holders[i].place();
      if (holders[i].octets().begin(view.eightAt(start))) {
        return start;
      }
    }
    return -1;
  }

  /** The slot of the block that {@code octets} begin with. */
  static int slotOf(int octets, int spread) {
    return (octets * spread) >>> SHIFT;
  }

  private static int blockOf(Octets string, int from, int block) {
    int value = 0;
    for (int i = 0; i < block; i++) {
      value |= Byte.toUnsignedInt(string.at(from + i)) << (Byte.SIZE * i);
    }
    return value;
  }

  /** A string's block: its slot, its place in the string, and what the string begins with. */
  private record Holder(int slot, int place, StartOctets octets) {}
}
