package dev.midstream.modcmd.search;

import dev.midstream.modcmd.agent.MemoryView;
import dev.midstream.modcmd.command.Octets;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Looks at a short block of octets every few places and asks a table which strings hold it. */
final class BlockFilter implements Filter {
  /*
   * Each string begins with m octets. Blocks of q octets are taken at every wth place, w at most
   * m - q + 1:
   *
   *     octets   . . . . . . . . . . . . . . . . . . . . .
   *     block                [q  ]
   *     starts    [----------]    w places whose first m octets hold the block
   *
   * so each start has exactly one block inside its first m octets. If that block stands nowhere in
   * the first m octets of any string, none of the places is a start; else only the strings that hold
   * it are compared.
   *
   * The slots of the blocks at every fourth place are computed for the whole part first, which the
   * compiler makes vector code of, and looked up then; with w = 1 and w = 2 there are four and two
   * such rows. The loop that computes them stands here twice, for native and for heap memory: as one
   * loop it would see both kinds of segment and become slower by half. The distance of the look-ups
   * is a constant at each call, which saves another quarter, and they gather a bit each in place of
   * leaving at the first.
   */

  /** A block is read as so many octets, and so far apart are those of a row. */
  private static final int ROW = Integer.BYTES;

  /** The widths there are; others would cost as much as the next smaller. */
  private static final int[] WIDTHS = {1, 2, 4, 8, 12};

  /** Measured, in 1/1000 ns: reckoning the slot of a block, and looking it up. */
  private static final int SLOT_COST = 80;

  private static final int LOOK_UP_COST = 500;

  /** What each string adds because its blocks of 1 to 4 octets stand in ordinary text by chance. */
  private static final int[] CHANCE_COST = {200, 15, 3, 1};

  private final int width;
  private final BlockTable table;

  private BlockFilter(List<Octets> strings, int prefix, int block) {
    width = width(prefix, block);
    table = new BlockTable(strings, width, block);
  }

  /** The cheapest for strings whose first {@code prefix} octets, which each has, are looked at. */
  static BlockFilter cheapest(List<Octets> strings, int prefix) {
    return new BlockFilter(strings, prefix, cheapestBlock(strings.size(), prefix));
  }

  /** About what the cheapest for so many strings costs per octet of the view, in 1/1000 ns. */
  static int cost(int strings, int prefix) {
    return cost(strings, prefix, cheapestBlock(strings, prefix));
  }

  @Override
  public int reach() {
    return Math.max(width + ROW - 2, Long.BYTES - 1);
  }

  @Override
  public void find(MemoryView view, Candidates candidates) {
    int first = candidates.from() + width - 1;
    for (int row = 0; row < ROW; row += width) {
      findInRow(view, first + row, candidates);
    }
  }

  /** Looks at the blocks from {@code first} on whose distance is {@link #ROW} or the width. */
  private void findInRow(MemoryView view, int first, Candidates candidates) {
    int count = Math.ceilDiv(candidates.stop() - candidates.from(), ROW);
    int[] slots = candidates.slots();
    MemorySegment memory = view.memory();
    long from = view.memoryOffset() + first;
    if (memory.isNative()) {
      slotsInNative(memory, from, count, slots);
    } else {
      slotsInHeap(memory, from, count, slots);
    }
    int step = Math.max(1, width / ROW);
    for (int at = 0; at < count; at += step * Long.SIZE) {
      int looks = Math.min(Math.ceilDiv(count - at, step), Long.SIZE);
      for (long marks = marks(slots, at, looks); marks != 0; marks &= marks - 1) {
        int slot = at + step * Long.numberOfTrailingZeros(marks);
        table.addStarts(view, first + slot * ROW, slots[slot], candidates);
      }
    }
  }

  private void slotsInNative(MemorySegment memory, long from, int count, int[] slots) {
    int spread = table.spread();
    for (int i = 0; i < count; i++) {
      slots[i] = BlockTable.slotOf(memory.get(FOUR, from + (long) i * ROW), spread);
    }
  }

  private void slotsInHeap(MemorySegment memory, long from, int count, int[] slots) {
    int spread = table.spread();
    for (int i = 0; i < count; i++) {
      slots[i] = BlockTable.slotOf(memory.get(FOUR, from + (long) i * ROW), spread);
    }
  }

  /**
   * A bit for each of {@code looks} look-ups from {@code at}: whether a string may hold a block.
   */
  private long marks(int[] slots, int at, int looks) {
    return switch (width) {
      case 12 -> marks(slots, at, looks, 3);
      case 8 -> marks(slots, at, looks, 2);
      default -> marks(slots, at, looks, 1);
    };
  }

  private long marks(int[] slots, int at, int looks, int step) {
    byte[] held = table.held();
    long marks = 0;
    for (int i = 0; i < looks; i++) {
      marks |= (long) held[slots[at + i * step] & (held.length - 1)] << i;
    }
    return marks;
  }

  private static int cheapestBlock(int strings, int prefix) {
    int best = 1;
    for (int block = 2; block <= Math.min(prefix, CHANCE_COST.length); block++) {
      best = cost(strings, prefix, block) <= cost(strings, prefix, best) ? block : best;
    }
    return best;
  }

  private static int cost(int strings, int prefix, int block) {
    int width = width(prefix, block);
    int rows = Math.max(1, ROW / width);
    return rows * SLOT_COST / ROW + LOOK_UP_COST / width + strings * CHANCE_COST[block - 1];
  }

  /** How many places one look-up covers. */
  private static int width(int prefix, int block) {
    int best = 1;
    for (int width : WIDTHS) {
      best = width <= prefix - block + 1 ? width : best;
    }
    return best;
  }
}
