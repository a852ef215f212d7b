package dev.midstream.testkit.sim.tcp;

import dev.midstream.modcmd.range.RangeSet;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The received octets by offset. The first copy of an octet counts. Tracks RCV.NXT and what the
 * application has read.
 */
final class ReceiveBuffer {
  private byte[] octets = new byte[1_024];
  private MemorySegment memory = MemorySegment.ofArray(octets);
  private final RangeSet outOfOrder = new RangeSet();
  private final Counters counters;
  private long next;
  private long read;
  private long end = -1;

  ReceiveBuffer(Counters counters) {
    this.counters = counters;
  }

  /** RCV.NXT as an offset; the FIN counts as one octet. */
  long next() {
    return next;
  }

  /** The number of octets that the application has read. */
  long read() {
    return read;
  }

  /** The octets in order that the application has not read. */
  long unread() {
    return dataEnd() - read;
  }

  /** The octets received beyond a gap. */
  RangeSet outOfOrder() {
    return outOfOrder;
  }

  /** Forgets the octets received beyond a gap. */
  void dropOutOfOrder() {
    outOfOrder.clear();
  }

  /** Whether everything up to the FIN has arrived. */
  boolean isComplete() {
    return end >= 0 && next > end;
  }

  /** Whether the application has read everything up to the FIN. */
  boolean isReadToEnd() {
    return isComplete() && read == end;
  }

  /** A copy of all octets that the application has read. */
  byte[] readOctets() {
    return Arrays.copyOf(octets, (int) read);
  }

  /** Reads at most {@code count} octets for the application and returns their number. */
  long read(long count) {
    long got = Math.min(count, unread());
    read += got;
    return got;
  }

  /** Sets the end of the stream to {@code offset}. */
  void endAt(long offset) {
    if (end < 0) {
      end = offset;
      advance();
    }
  }

  /**
   * Stores the octets {@code [start, end)} from {@code source}. Octets that were received before
   * are compared and kept.
   */
  void store(MemorySegment source, long sourceAt, long start, long end) {
    makeRoom(end);
    long at = compare(source, sourceAt, start, Math.min(end, dataEnd()));
    while (at < end) {
      int index = outOfOrder.firstEndingAfter(at);
      boolean any = index < outOfOrder.size();
      long gapEnd = any ? Math.min(end, Math.max(at, outOfOrder.start(index))) : end;
      MemorySegment.copy(source, sourceAt + at - start, memory, at, gapEnd - at);
      long knownEnd = any ? Math.min(end, outOfOrder.end(index)) : end;
      at = compare(source, sourceAt + gapEnd - start, gapEnd, gapEnd == end ? end : knownEnd);
    }
    outOfOrder.addUnbounded(Math.max(start, dataEnd()), end);
    advance();
  }

  /** Compares the octets {@code [start, end)} in {@code source} with the first copy. */
  void compareOld(MemorySegment source, long sourceAt, long start, long end) {
    compare(source, sourceAt, start, Math.min(end, dataEnd()));
  }

  /** Compares {@code [start, end)}, which was received before, and returns its end. */
  private long compare(MemorySegment source, long sourceAt, long start, long end) {
    if (start >= end) {
      return start;
    }
    counters.add(Counter.DUPLICATE_OCTETS, end - start);
    long first = Math.max(0, start); // a faulty box may send octets before the stream
    long from = sourceAt + first - start;
    long to = sourceAt + end - start;
    if (first < end && MemorySegment.mismatch(source, from, to, memory, first, end) >= 0) {
      counters.add(Counter.CONFLICTS);
    }
    return end;
  }

  private void advance() {
    if (!outOfOrder.isEmpty() && outOfOrder.start(0) <= next) {
      next = Math.max(next, outOfOrder.end(0));
      outOfOrder.removeBelow(next);
    }
    if (end >= 0 && next == end) {
      next = end + 1;
    }
  }

  private long dataEnd() {
    return isComplete() ? end : next;
  }

  private void makeRoom(long end) {
    if (end > octets.length) {
      octets = Arrays.copyOf(octets, (int) Math.max(2L * octets.length, end));
      memory = MemorySegment.ofArray(octets);
    }
  }
}
