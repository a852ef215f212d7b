package dev.midstream.reassembly.store;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import java.lang.foreign.MemorySegment;

/** First copies as octets: each range without a hole with its place and length. */
public final class OctetSnapshot {
  private OctetSnapshot() {}

  /** Writes what {@code copies} keep from {@code newFrom} on, and what was freed. */
  public static void write(ReleasedOctets copies, long newFrom, StateWriter out) {
    out.number(copies.freedBelow());
    long end = copies.freedBelow();
    for (long at = next(copies, Math.max(newFrom, end));
        at != Long.MAX_VALUE;
        at = next(copies, end)) {
      long start = at;
      while (copies.lengthAt(at) > 0) {
        at += copies.lengthAt(at);
      }
      out.number(at - start);
      out.number(start - end);
      for (end = start; end < at; end += copies.lengthAt(end)) {
        int length = copies.lengthAt(end);
        out.octets(copies.memoryAt(end), copies.memoryOffsetOf(end), length);
      }
    }
    out.number(0);
  }

  /** Reads what {@link #write} wrote into {@code copies}, which end before it. */
  public static void read(StateReader in, ReleasedOctets copies) {
    long end = in.position();
    copies.freeBelow(end);
    MemorySegment memory = MemorySegment.ofArray(in.memory());
    for (int length = in.count(in.remaining()); length > 0; length = in.count(in.remaining())) {
      long start = in.positionAfter(end);
      copies.append(start, memory, in.skip(length), length);
      end = start + length;
    }
  }

  private static long next(ReleasedOctets copies, long from) {
    return copies.lengthAt(from) > 0 ? from : copies.nextStartAbove(from);
  }
}
