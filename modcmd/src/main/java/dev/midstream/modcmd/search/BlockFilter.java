package dev.midstream.modcmd.search;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.MemoryView;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Hashes a short block of octets every few positions and looks up which strings contain it. */
final class BlockFilter implements Filter {
  /*
   * Each string begins with m octets. Blocks of q octets are taken at every w-th position, where w
   * is at most m - q + 1:
   *
   *     octets   . . . . . . . . . . . . . . . . . . . . .
   *     block                [q  ]
   *     starts    [----------]    w positions whose first m octets contain the block
   *
   * So each start has exactly one block inside its first m octets. If no string contains that block
   * in its first m octets, none of the w positions is a start. Otherwise only the strings that
   * contain the block are compared.
   *
   * First, the hash slots of the blocks at every fourth position of the part are computed; the
   * compiler vectorizes this loop. Then the slots are looked up. With w = 1 there are four such
   * rows, with w = 2 there are two. The loop exists twice, for native and for heap memory: a shared
   * loop would see both kinds of segment and run at half the speed. The distance of the look-ups is
   * a constant at each call, which saves another quarter. The look-ups collect bits instead of
   * leaving the loop at the first hit.
   */

  /** The octets that a block is read as, and the distance of the blocks of a row. */
  private static final int ROW = Integer.BYTES;

  /** The supported widths; any other width costs as much as the next smaller one. */
  private static final int[] WIDTHS = {1, 2, 4, 8, 12};

  /** Measured, in 1/1000 ns: the cost of computing one slot and of one look-up. */
  private static final int SLOT_COST = 80;

  private static final int LOOK_UP_COST = 500;

  /** The cost of a string whose blocks of 1 to 4 octets occur in ordinary text by chance. */
  private static final int[] CHANCE_COST = {200, 15, 3, 1};

  private final int width;
  private final BlockTable table;

  private BlockFilter(List<Octets> strings, int prefix, int block) {
    width = width(prefix, block);
    table = new BlockTable(strings, width, block);
  }

  /**
   * The cheapest filter for strings of at least {@code prefix} octets, of which it examines only
   * these.
   */
  static BlockFilter cheapest(List<Octets> strings, int prefix) {
    return new BlockFilter(strings, prefix, cheapestBlock(strings.size(), prefix));
  }

  /** The estimated cost of the cheapest filter, in 1/1000 ns per octet of the view. */
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

  /** Looks up the blocks from {@code first} on, {@link #ROW} octets or one width apart. */
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
   * One bit for each of {@code looks} look-ups from {@code at}, set if a string may contain the
   * block.
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

  /** The number of positions that one look-up covers. */
  private static int width(int prefix, int block) {
    int best = 1;
    for (int width : WIDTHS) {
      best = width <= prefix - block + 1 ? width : best;
    }
    return best;
  }
}
