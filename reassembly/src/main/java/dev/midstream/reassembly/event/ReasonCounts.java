package dev.midstream.reassembly.event;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * How often each reason was given for one connection; there are few. Written by its worker only.
 */
@SuppressWarnings("EnumOrdinal") // half of an entry in memory; the order is never stored
public final class ReasonCounts {
  /*
   * One entry for each reason given so far, the reason in the upper half and its count in the lower,
   * which stays at its largest value.
   */
  private static final Reason[] REASONS = Reason.values();
  private static final long[] NONE = {};
  private static final int MORE = 4;

  private long[] entries = NONE;
  private int size;

  /** Counts one case of {@code reason}. */
  void count(Reason reason) {
    for (int i = 0; i < size; i++) {
      if (entries[i] >>> Integer.SIZE == reason.ordinal()) {
        if ((int) entries[i] != -1) {
          entries[i]++;
        }
        return;
      }
    }
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, size + MORE);
    }
    entries[size] = (long) reason.ordinal() << Integer.SIZE | 1;
    size++;
  }

  /** The counts, without reasons that were never given; a copy. */
  public Map<Reason, Long> toMap() {
    Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    for (int i = 0; i < size; i++) {
      counts.put(REASONS[(int) (entries[i] >>> Integer.SIZE)], entries[i] & 0xffff_ffffL);
    }
    return counts;
  }
}
