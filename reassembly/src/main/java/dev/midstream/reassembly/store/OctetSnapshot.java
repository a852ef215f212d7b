package dev.midstream.reassembly.store;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import java.lang.foreign.MemorySegment;

/** First copies as octets: what was freed, and each range without a hole with place and length. */
public final class OctetSnapshot {
  private OctetSnapshot() {}

  /** Writes all that {@code copies} keep. */
  public static void write(ReleasedOctets copies, StateWriter out) {
    long start = begin(copies, out);
    add(copies, start, start, Long.MAX_VALUE, out);
    end(out);
  }

  /** Begins to write {@code copies}, and returns the end of what was freed. */
  public static long begin(ReleasedOctets copies, StateWriter out) {
    long end = copies.freedBelow();
    out.number(end);
    return end;
  }

  /**
   * Adds what is kept of [newFrom, newTo); returns its end.
   *
   * @param end the end of what was added before, or was freed; the range must not begin below it
   */
  public static long add(
      ReleasedOctets copies, long end, long newFrom, long newTo, StateWriter out) {
    long at = end;
    for (long start = next(copies, newFrom); start < newTo; start = next(copies, at)) {
      long to = Math.min(newTo, copies.keptEnd(start));
      out.number(to - start);
      out.number(start - at);
      for (at = start; at < to; ) {
        int length = (int) Math.min(to - at, copies.lengthAt(at));
        out.octets(copies.memoryAt(at), copies.memoryOffsetOf(at), length);
        at += length;
      }
    }
    return at;
  }

  /** Ends what {@link #begin} began. */
  public static void end(StateWriter out) {
    out.number(0);
  }

  private static long next(ReleasedOctets copies, long from) {
    return copies.lengthAt(from) > 0 ? from : copies.nextStartAbove(from);
  }

  /** Reads what was written into {@code copies}, which may have some of it. */
  public static void read(StateReader in, ReleasedOctets copies) {
    long end = in.position();
    copies.freeBelow(end);
    MemorySegment memory = MemorySegment.ofArray(in.memory());
    for (int length = in.count(in.remaining()); length > 0; length = in.count(in.remaining())) {
      long start = in.positionAfter(end);
      copies.fill(start, memory, in.skip(length), length);
      end = start + length;
    }
  }
}
