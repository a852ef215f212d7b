package dev.midstream.reassembly.store;

import dev.midstream.modcmd.command.Octets;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The first copies of decided octets, by their place in new space, until the receiver has
 * acknowledged them. Opaque octets are not kept and leave holes.
 */
public final class ReleasedOctets {
  /*
   *  new space   freed | run 0 ........ | opaque | run 1 ... |
   *  buffer              [ run 0 ........ run 1 ... )
   */
  private final OctetBuffer octets;
  private long[] runStarts = new long[2];
  private long[] runEnds = new long[2];
  private int runs;
  private long freedBelow;

  /** An empty store. */
  public ReleasedOctets(ByteBufAllocator allocator, Ledger ledger) {
    octets = new OctetBuffer(allocator, ledger);
  }

  /** Keeps octets for {@code newStart}, which must not lie below what is kept already. */
  public void append(long newStart, MemorySegment memory, long offset, int length) {
    if (length > 0) {
      extend(newStart, length);
      octets.append(memory, offset, length);
    }
  }

  /** Keeps octets for {@code newStart}, which must not lie below what is kept already. */
  public void append(long newStart, Octets kept) {
    if (!kept.isEmpty()) {
      extend(newStart, kept.length());
      octets.append(kept);
    }
  }

  /** Forgets everything below {@code newPosition}. */
  public void freeBelow(long newPosition) {
    freedBelow = Math.max(freedBelow, newPosition);
    int gone = 0;
    while (gone < runs && runEnds[gone] <= newPosition) {
      octets.dropFront((int) (runEnds[gone] - runStarts[gone]));
      gone++;
    }
    if (gone > 0) {
      removeRuns(gone);
    }
    if (runs > 0 && runStarts[0] < newPosition) {
      octets.dropFront((int) (newPosition - runStarts[0]));
      runStarts[0] = newPosition;
    }
  }

  /** The position below which nothing is kept any more. */
  public long freedBelow() {
    return freedBelow;
  }

  /** How many octets are kept without a hole from {@code newPosition} on; 0 if that one is not. */
  public int lengthAt(long newPosition) {
    int run = runOf(newPosition);
    return run < 0 ? 0 : (int) (runEnds[run] - newPosition);
  }

  /** The first kept position above {@code newPosition}, or {@link Long#MAX_VALUE}. */
  public long nextStartAbove(long newPosition) {
    for (int run = 0; run < runs; run++) {
      if (runStarts[run] > newPosition) {
        return runStarts[run];
      }
    }
    return Long.MAX_VALUE;
  }

  /** The memory the octets lie in; valid until the next change. */
  public MemorySegment memory() {
    return octets.memory();
  }

  /** Where in {@link #memory()} the octet of {@code newPosition} lies; it must be kept. */
  public long memoryOffsetOf(long newPosition) {
    long offset = octets.memoryOffset();
    for (int run = 0; run < runs; run++) {
      if (newPosition < runEnds[run]) {
        return offset + (newPosition - runStarts[run]);
      }
      offset += runEnds[run] - runStarts[run];
    }
    throw new IllegalStateException("not kept: newPosition=" + newPosition);
  }

  /** Octets kept. */
  public int length() {
    return octets.length();
  }

  /** Forgets everything. */
  public void free() {
    runs = 0;
    octets.free();
  }

  private void extend(long newStart, int length) {
    if (runs > 0 && newStart < runEnds[runs - 1]) {
      throw new IllegalStateException("released twice: newPosition=" + newStart);
    }
    if (runs > 0 && runEnds[runs - 1] == newStart) {
      runEnds[runs - 1] += length;
      return;
    }
    if (runs == runStarts.length) {
      runStarts = Arrays.copyOf(runStarts, 2 * runs);
      runEnds = Arrays.copyOf(runEnds, 2 * runs);
    }
    runStarts[runs] = newStart;
    runEnds[runs] = newStart + length;
    runs++;
  }

  private void removeRuns(int count) {
    System.arraycopy(runStarts, count, runStarts, 0, runs - count);
    System.arraycopy(runEnds, count, runEnds, 0, runs - count);
    runs -= count;
  }

  private int runOf(long newPosition) {
    for (int run = 0; run < runs; run++) {
      if (newPosition >= runStarts[run] && newPosition < runEnds[run]) {
        return run;
      }
    }
    return -1;
  }
}
