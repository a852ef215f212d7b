package dev.midstream.modcmd.agent;

import dev.midstream.modcmd.command.Octets;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Looks at a short block of octets every few places and asks a table whether a string holds it. */
final class BlockScan extends CandidateScan {
  /*
   * Each string begins with m octets. Blocks of q octets are taken at every (m - q + 1)th place:
   *
   *     octets   . . . . . . . . . . . . . . . . . . . . .
   *     block                [q  ]
   *     starts    [----------]    m - q + 1 places whose first m octets hold the block
   *
   * so each start has exactly one block inside its first m octets. If that block stands nowhere in
   * the first m octets of any string, none of the places is a start. The table has one octet for
   * each hash; the fewer are set, the fewer places are reported in vain.
   *
   * A block is read as four octets; the factor of its hash is shifted so far that octets beyond the
   * block fall out. The loop stands here twice, for native and for heap memory: as one loop it would
   * see both kinds of segment and become slower by half. Its stride is a constant at each call,
   * which saves another quarter.
   */

  private static final int TABLE_BITS = 16;
  private static final int SPREAD = 0x9E3779B1;
  private static final int WIDE = 8;
  private static final int WIDEST = 12;
  private static final int MOST_STEPS = 64;

  private final int width;
  private final int spread;
  private final byte[] table = new byte[1 << TABLE_BITS];

  /** Scans with blocks of {@code block} octets, 1 to 4, in the first {@code prefix} octets. */
  BlockScan(List<Octets> strings, int prefix, int block) {
    width = widthOf(prefix, block);
    spread = SPREAD << (Integer.SIZE - Byte.SIZE * block);
    for (Octets string : strings) {
      for (int at = 0; at < width; at++) {
        table[slotOf(blockOf(string, at, block), spread)] = 1;
      }
    }
  }

  /** How many places one look-up covers; one of those that the loops have a constant for. */
  static int widthOf(int prefix, int block) {
    int most = prefix - block + 1;
    return most < WIDEST ? Math.min(most, WIDE) : WIDEST;
  }

  @Override
  int placesPerStep() {
    return width;
  }

  @Override
  int steps(int octets) {
    return (octets - Integer.BYTES + 1) / width;
  }

  @Override
  int mostSteps() {
    return MOST_STEPS;
  }

  @Override
  boolean mayHold(MemoryView view, int at, int steps) {
    MemorySegment memory = view.memory();
    long from = view.memoryOffset() + at + width - 1;
    long end = from + (long) steps * width;
    return memory.isNative() ? anyInNative(memory, from, end) : anyInHeap(memory, from, end);
  }

  private boolean anyInNative(MemorySegment memory, long from, long end) {
    return switch (width) {
      case 12 -> anyInNative(memory, from, end, 12);
      case 8 -> anyInNative(memory, from, end, 8);
      case 7 -> anyInNative(memory, from, end, 7);
      case 6 -> anyInNative(memory, from, end, 6);
      case 5 -> anyInNative(memory, from, end, 5);
      case 4 -> anyInNative(memory, from, end, 4);
      case 3 -> anyInNative(memory, from, end, 3);
      case 2 -> anyInNative(memory, from, end, 2);
      default -> anyInNative(memory, from, end, 1);
    };
  }

  private boolean anyInHeap(MemorySegment memory, long from, long end) {
    return switch (width) {
      case 12 -> anyInHeap(memory, from, end, 12);
      case 8 -> anyInHeap(memory, from, end, 8);
      case 7 -> anyInHeap(memory, from, end, 7);
      case 6 -> anyInHeap(memory, from, end, 6);
      case 5 -> anyInHeap(memory, from, end, 5);
      case 4 -> anyInHeap(memory, from, end, 4);
      case 3 -> anyInHeap(memory, from, end, 3);
      case 2 -> anyInHeap(memory, from, end, 2);
      default -> anyInHeap(memory, from, end, 1);
    };
  }

  private boolean anyInNative(MemorySegment memory, long from, long end, int stride) {
    int found = 0;
    for (long at = from; at < end; at += stride) {
      found |= table[slotOf(memory.get(MemoryView.FOUR, at), spread)];
    }
    return found != 0;
  }

  private boolean anyInHeap(MemorySegment memory, long from, long end, int stride) {
    int found = 0;
    for (long at = from; at < end; at += stride) {
      found |= table[slotOf(memory.get(MemoryView.FOUR, at), spread)];
    }
    return found != 0;
  }

  private static int blockOf(Octets string, int from, int block) {
    int value = 0;
    for (int i = 0; i < block; i++) {
      value |= Byte.toUnsignedInt(string.at(from + i)) << (Byte.SIZE * i);
    }
    return value;
  }

  private static int slotOf(int octets, int spread) {
    return (octets * spread) >>> (Integer.SIZE - TABLE_BITS);
  }
}
