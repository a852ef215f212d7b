package dev.midstream.modcmd.agent;

import dev.midstream.modcmd.command.Octets;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/** Looks for pairs of octets that stand a fixed number of places apart. */
final class OctetPairScan extends CandidateScan {
  /*
   * With w(p) the eight octets from p and (a, b) a pair, the octets of (w(p) ^ a) | (w(p + apart) ^ b)
   * that are zero are the places of the pair, and (z - 01..) & ~z & 80.. marks the lowest of them
   * exactly. Marks above it may be wrong, which costs a verification and nothing else.
   *
   * A chunk is first asked as a whole, without a way out of the loop, so that the compiler makes
   * vector code of it. That loop stands here twice, for native and for heap memory: as one loop it
   * would see both kinds of segment and become ten times slower.
   */

  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final int MOST_STEPS = 512;

  private final int apart;
  private final long[] firsts;
  private final long[] seconds;

  /** Scans for {@code pairs} of two octets each. */
  OctetPairScan(Set<Octets> pairs, int apart) {
    this.apart = apart;
    firsts = pairs.stream().mapToLong(pair -> eightOf(pair.at(0))).toArray();
    seconds = pairs.stream().mapToLong(pair -> eightOf(pair.at(1))).toArray();
  }

  /** How many passes over the octets the scan takes. */
  int passes() {
    return firsts.length;
  }

  @Override
  int placesPerStep() {
    return Long.BYTES;
  }

  @Override
  int steps(int octets) {
    return (octets - apart) / Long.BYTES;
  }

  @Override
  int mostSteps() {
    return MOST_STEPS;
  }

  @Override
  boolean mayHold(MemoryView view, int at, int steps) {
    MemorySegment memory = view.memory();
    long from = view.memoryOffset() + at;
    long end = from + (long) steps * Long.BYTES;
    for (int pair = 0; pair < firsts.length; pair++) {
      long marks =
          memory.isNative()
              ? marksInNative(memory, from, end, apart, firsts[pair], seconds[pair])
              : marksInHeap(memory, from, end, apart, firsts[pair], seconds[pair]);
      if (marks != 0) {
        return true;
      }
    }
    return false;
  }

  private static long marksInNative(
      MemorySegment memory, long from, long end, int apart, long first, long second) {
    long marks = 0;
    for (long at = from; at < end; at += Long.BYTES) {
      long octets = memory.get(MemoryView.EIGHT, at) ^ first;
      marks |= zeroes(octets | (memory.get(MemoryView.EIGHT, at + apart) ^ second));
    }
    return marks;
  }

  private static long marksInHeap(
      MemorySegment memory, long from, long end, int apart, long first, long second) {
    long marks = 0;
    for (long at = from; at < end; at += Long.BYTES) {
      long octets = memory.get(MemoryView.EIGHT, at) ^ first;
      marks |= zeroes(octets | (memory.get(MemoryView.EIGHT, at + apart) ^ second));
    }
    return marks;
  }

  private static long zeroes(long octets) {
    return (octets - LOW_BITS) & ~octets & HIGH_BITS;
  }

  private static long eightOf(byte octet) {
    return LOW_BITS * Byte.toUnsignedLong(octet);
  }
}
