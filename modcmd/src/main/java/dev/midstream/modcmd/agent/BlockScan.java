package dev.midstream.modcmd.agent;

import dev.midstream.modcmd.command.Octets;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Looks at a short block of octets every few places and asks a table which strings hold it. */
final class BlockScan extends CandidateScan {
  /*
   * Each string begins with m octets. Blocks of q octets are taken at every (m - q + 1)th place:
   *
   *     octets   . . . . . . . . . . . . . . . . . . . . .
   *     block                [q  ]
   *     starts    [----------]    m - q + 1 places whose first m octets hold the block
   *
   * so each start has exactly one block inside its first m octets. If that block stands nowhere in
   * the first m octets of any string, none of the places is a start; else only the strings that hold
   * it are compared.
   *
   * The loop stands here twice, for native and for heap memory: as one loop it would see both kinds
   * of segment and become slower by half. Its stride is a constant at each call, which saves another
   * quarter. It gathers a bit for each step in place of leaving at the first: text that shares
   * blocks with the strings would otherwise have it begin anew every hundred octets. Bits come in
   * from the left, so that no step needs a shift of its own.
   */

  private static final int WIDE = 8;
  private static final int WIDEST = 12;

  /** Starts are often close together: the first look behind one is short. */
  private static final int FIRST_STEPS = 16;

  private final int width;
  private final BlockTable table;

  /** Scans with blocks of {@code block} octets, 1 to 4, in the first {@code prefix} octets. */
  BlockScan(List<Octets> strings, int prefix, int block) {
    width = widthOf(prefix, block);
    table = new BlockTable(strings, width, block);
  }

  /** How many places one look-up covers; one of those that the loops have a constant for. */
  static int widthOf(int prefix, int block) {
    int most = prefix - block + 1;
    return most < WIDEST ? Math.min(most, WIDE) : WIDEST;
  }

  @Override
  int steps(int octets) {
    return (octets - Long.BYTES + 1) / width;
  }

  @Override
  int next(MemoryView view, int from, int before) {
    int at = from;
    int left = steps(view.length() - from);
    int asked = from == 0 ? Long.SIZE : FIRST_STEPS;
    while (left > 0 && at < before) {
      asked = Math.min(asked, left);
      for (long marks = marksOf(view, at, asked); marks != 0; marks &= marks - 1) {
        int step = Long.numberOfTrailingZeros(marks);
        int start = table.firstStart(view, at + step * width + width - 1);
        if (start >= 0) {
          return start;
        }
      }
      at += asked * width;
      left -= asked;
      asked = Long.SIZE;
    }
    return at;
  }

  /** A bit for each of up to 64 steps from {@code at}: whether a string may hold its block. */
  private long marksOf(MemoryView view, int at, int steps) {
    MemorySegment memory = view.memory();
    long from = view.memoryOffset() + at + width - 1;
    return memory.isNative()
        ? marksInNative(memory, from, steps)
        : marksInHeap(memory, from, steps);
  }

  private long marksInNative(MemorySegment memory, long from, int steps) {
    return switch (width) {
      case 12 -> marksInNative(memory, from, steps, 12);
      case 8 -> marksInNative(memory, from, steps, 8);
      case 7 -> marksInNative(memory, from, steps, 7);
      case 6 -> marksInNative(memory, from, steps, 6);
      case 5 -> marksInNative(memory, from, steps, 5);
      case 4 -> marksInNative(memory, from, steps, 4);
      case 3 -> marksInNative(memory, from, steps, 3);
      case 2 -> marksInNative(memory, from, steps, 2);
      default -> marksInNative(memory, from, steps, 1);
    };
  }

  private long marksInHeap(MemorySegment memory, long from, int steps) {
    return switch (width) {
      case 12 -> marksInHeap(memory, from, steps, 12);
      case 8 -> marksInHeap(memory, from, steps, 8);
      case 7 -> marksInHeap(memory, from, steps, 7);
      case 6 -> marksInHeap(memory, from, steps, 6);
      case 5 -> marksInHeap(memory, from, steps, 5);
      case 4 -> marksInHeap(memory, from, steps, 4);
      case 3 -> marksInHeap(memory, from, steps, 3);
      case 2 -> marksInHeap(memory, from, steps, 2);
      default -> marksInHeap(memory, from, steps, 1);
    };
  }

  private long marksInNative(MemorySegment memory, long from, int steps, int stride) {
    byte[] slots = table.marks();
    int spread = table.spread();
    long marks = 0;
    long end = from + (long) steps * stride;
    for (long at = from; at < end; at += stride) {
      int octets = memory.get(MemoryView.FOUR, at);
      marks = (marks >>> 1) | markOf(octets, spread, slots);
    }
    return marks >>> -steps;
  }

  private long marksInHeap(MemorySegment memory, long from, int steps, int stride) {
    byte[] slots = table.marks();
    int spread = table.spread();
    long marks = 0;
    long end = from + (long) steps * stride;
    for (long at = from; at < end; at += stride) {
      int octets = memory.get(MemoryView.FOUR, at);
      marks = (marks >>> 1) | markOf(octets, spread, slots);
    }
    return marks >>> -steps;
  }

  /** The highest bit if a string may hold the block that {@code octets} begin with, else 0. */
  private static long markOf(int octets, int spread, byte[] slots) {
    int slot = BlockTable.slotOf(octets, spread);
    return (long) slots[slot & (slots.length - 1)] << (Long.SIZE - 1);
  }
}
