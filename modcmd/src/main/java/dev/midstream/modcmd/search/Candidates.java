package dev.midstream.modcmd.search;

import dev.midstream.modcmd.call.MemoryView;
import dev.midstream.modcmd.call.ViewScratch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The candidates that a scan found in a part of a view, and the scratch memory of its filters. */
final class Candidates implements ViewScratch {
  /** The length of a part; the results of its filters fit into the first-level cache. */
  static final int MAX_PLACES = 4_096;

  /** The positions beyond the part that filters may examine. */
  private static final int BEYOND = 64;

  private final long[] found = new long[MAX_PLACES / Long.SIZE];
  private final long[] marks = new long[(MAX_PLACES + BEYOND) / Long.BYTES];
  private final int[] slots = new int[(MAX_PLACES + BEYOND) / Integer.BYTES];
  private @Nullable CandidateScan scan;
  private int last;
  private int from;
  private int stop;

  /** The candidates kept with {@code view}. */
  static Candidates of(MemoryView view) {
    if (view.scratch() instanceof Candidates kept) {
      return kept;
    }
    Candidates fresh = new Candidates();
    view.keep(fresh);
    return fresh;
  }

  @Override
  public void clear() {
    scan = null;
  }

  /**
   * Discards all candidates and starts a part for {@code scan}: [from, end), at most {@link
   * #MAX_PLACES} positions.
   */
  void begin(CandidateScan scan, int from, int end) {
    this.scan = scan;
    this.from = from;
    stop = Math.min(end, from + MAX_PLACES);
    last = from - 1;
    Arrays.fill(found, 0, Math.ceilDiv(stop - from, Long.SIZE), 0);
  }

  /** Whether {@code scan} has examined the position {@code at}. */
  boolean isScanned(CandidateScan scan, int at) {
    return this.scan == scan && isWithin(at);
  }

  /** Whether {@code at} lies in the part. */
  boolean isWithin(int at) {
    return at >= from && at < stop;
  }

  /** Adds the position {@code at}, which lies in the part. */
  void add(int at) {
    int place = at - from;
    found[place / Long.SIZE] |= 1L << place;
    last = Math.max(last, at);
  }

  /** The first candidate at or above {@code at}, or {@link #stop} if there is none. */
  int next(int at) {
    if (at > last) {
      return stop;
    }
    int place = at - from;
    int word = place / Long.SIZE;
    long left = found[word] & (-1L << place);
    while (left == 0) {
      left = found[++word];
    }
    return from + word * Long.SIZE + Long.numberOfTrailingZeros(left);
  }

  /** The first position of the part. */
  int from() {
    return from;
  }

  /** The end of the part. */
  int stop() {
    return stop;
  }

  /** Scratch memory: one octet for each position of the part, eight to an element. */
  long[] marks() {
    return marks;
  }

  /** Scratch memory: one element for every fourth position of the part. */
  int[] slots() {
    return slots;
  }
}
