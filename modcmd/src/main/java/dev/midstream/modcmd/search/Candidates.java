package dev.midstream.modcmd.search;

import dev.midstream.modcmd.agent.MemoryView;
import dev.midstream.modcmd.agent.ViewScratch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a scan found in a part of a view, and the scratch memory of its filters. */
final class Candidates implements ViewScratch {
  /** So many places are looked at at once: what filters leave of them stays in the first cache. */
  static final int MAX_PLACES = 4_096;

  /** Filters look a little beyond the part. */
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

  /** Forgets all; what {@code scan} will add are places of [from, end), as far as they fit. */
  void begin(CandidateScan scan, int from, int end) {
    this.scan = scan;
    this.from = from;
    stop = Math.min(end, from + MAX_PLACES);
    last = from - 1;
    Arrays.fill(found, 0, Math.ceilDiv(stop - from, Long.SIZE), 0);
  }

  /** Whether {@code scan} looked at the place {@code at}. */
  boolean isScanned(CandidateScan scan, int at) {
    return this.scan == scan && isWithin(at);
  }

  /** Whether {@code at} is a place of the part. */
  boolean isWithin(int at) {
    return at >= from && at < stop;
  }

  /** Adds the place {@code at} of the part. */
  void add(int at) {
    int place = at - from;
    found[place / Long.SIZE] |= 1L << place;
    last = Math.max(last, at);
  }

  /** The first place from {@code at} on that was added, {@link #stop} if there is none. */
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

  /** The first place of the part. */
  int from() {
    return from;
  }

  /** Where the part ends. */
  int stop() {
    return stop;
  }

  /** Room for a mark at each place of the part and a few more, eight to a number. */
  long[] marks() {
    return marks;
  }

  /** Room for a number at every fourth place of the part and a few more. */
  int[] slots() {
    return slots;
  }
}
